-- I2. $1 user, $2 provider, $3 account, $4 created_at: arrays of the same length. Leaves out what this run
-- has inserted before: people have closed it since (I7).
with planned as (
  select a.*,
    pg_catalog.encode(
      pg_catalog.sha256(pg_catalog.convert_to(a.provider_id || '/' || a.account_id, 'UTF8')), 'hex')
      as key
  from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
    a (user_id, provider_id, account_id, created_at)
), fresh as (
  insert into orchestrator.fact (engine, kind, key, job, value)
  select '', 'account', p.key, 'identities', '{}'
  from planned p
  on conflict do nothing
  returning key
)
insert into auth.accounts (user_id, provider_id, account_id, created_at, updated_at)
select p.user_id, p.provider_id, p.account_id, p.created_at, p.created_at
from planned p
join fresh f on f.key = p.key
