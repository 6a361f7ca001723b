-- I3. $1 user, $2 token hash in hexadecimal, $3 expires_at, $4 created_at: arrays of the same length. Leaves
-- out what this run has inserted before: people have ended it since (I7). Digests tell, not the hashes.
with planned as (
  select s.user_id, s.expires_at, s.created_at, pg_catalog.decode(s.token_hash, 'hex') as token_hash
  from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    s (user_id, token_hash, expires_at, created_at)
), keyed as (
  select p.*, pg_catalog.encode(pg_catalog.sha256(p.token_hash), 'hex') as key
  from planned p
), fresh as (
  insert into orchestrator.fact (engine, kind, key, job, value)
  select '', 'session', k.key, 'identities', '{}'
  from keyed k
  on conflict do nothing
  returning key
)
insert into auth.sessions (user_id, token_hash, expires_at, created_at)
select k.user_id, k.token_hash, k.expires_at, k.created_at
from keyed k
join fresh f on f.key = k.key
