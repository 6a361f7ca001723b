-- I7. $1 token hashes in hexadecimal
with ended as (
  select pg_catalog.decode(h.token_hash, 'hex') as token_hash
  from unnest($1::text[]) h (token_hash)
), facts as (
  delete from orchestrator.fact f
  using ended e
  where f.engine = '' and f.kind = 'session'
    and f.key = pg_catalog.encode(pg_catalog.sha256(e.token_hash), 'hex')
)
delete from auth.sessions s
using ended e
where s.token_hash = e.token_hash
