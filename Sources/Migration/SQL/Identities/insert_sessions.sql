-- I3. $1 user, $2 token hash in hexadecimal, $3 expires_at, $4 created_at: arrays of the same length
insert into auth.sessions (user_id, token_hash, expires_at, created_at)
select s.user_id, pg_catalog.decode(s.token_hash, 'hex'), s.expires_at, s.created_at
from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[])
  s (user_id, token_hash, expires_at, created_at)
