-- I7. $1 ids that are gone at the source. Deletes and returns those that are on no roster.
with gone as (
  delete from core.principal p
  where p.id = any ($1::uuid[]) and p.kind = 'u'
    and not exists (select from core.principal_space r where r.principal_id = p.id)
    and not exists (select from core.principal a where a.owner_id = p.id)
  returning p.id
), facts as (
  delete from orchestrator.fact f
  using gone g
  where f.engine = '' and f.kind = 'user' and f.key = g.id::text
)
delete from auth.users u using gone g where u.id = g.id returning u.id
