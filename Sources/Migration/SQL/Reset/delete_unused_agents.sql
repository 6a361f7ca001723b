-- Agents that this run created and that are on no roster any more.
with gone as (
  delete from core.principal p
  where p.kind = 'a'
    and exists (
      select from orchestrator.fact f where f.kind = 'agent' and f.key = p.id::text)
    and not exists (select from core.principal_space r where r.principal_id = p.id)
  returning p.id
)
delete from orchestrator.fact f
using gone g
where f.kind = 'agent' and f.key = g.id::text
