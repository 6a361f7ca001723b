-- I7. $1 provider, $2 account: arrays of the same length
with closed as (
  select * from unnest($1::text[], $2::text[]) c (provider_id, account_id)
), facts as (
  delete from orchestrator.fact f
  using closed c
  where f.engine = '' and f.kind = 'account'
    and f.key = pg_catalog.encode(
      pg_catalog.sha256(pg_catalog.convert_to(c.provider_id || '/' || c.account_id, 'UTF8')), 'hex')
)
delete from auth.accounts a
using closed c
where a.provider_id = c.provider_id and a.account_id = c.account_id
