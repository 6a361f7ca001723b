-- Engines whose space was provisioned and whose table of memories is gone from the target.
-- $1 the prefix of the spaces' schemas
select p.engine,
  exists (
    select from orchestrator.mark r where r.job = p.engine || '/roster') as is_published
from orchestrator.plan p
join orchestrator.mark m on m.job = p.job and m.generation = p.generation
where p.job = p.engine || '/space'
  and pg_catalog.to_regclass(pg_catalog.format('%I.memory', $1 || p.engine)) is null
order by p.engine
