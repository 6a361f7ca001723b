-- $1 engine. Agents that this run created for this engine, or that it created for another one and that are
-- on this one's roster.
select coalesce(array_agg(f.key), '{}') as ids
from orchestrator.fact f
where f.kind = 'agent'
  and (f.engine = $1 or exists (
    select from core.principal_space r
    join core.space s on s.id = r.space_id
    where s.slug = $1 and r.principal_id::text = f.key))
