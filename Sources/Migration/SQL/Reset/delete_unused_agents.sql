-- $1 agents. Deletes those that are on no roster any more, except agents with an API key, which people use.
with gone as (
  delete from core.principal p
  where p.kind = 'a' and p.id = any ($1::uuid[])
    and not exists (select from core.principal_space r where r.principal_id = p.id)
    and not exists (select from core.api_key k where k.member_id = p.id)
  returning p.id
)
delete from orchestrator.fact f
using gone g
where f.kind = 'agent' and f.key = g.id::text
