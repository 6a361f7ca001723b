select f.engine, f.key as id, f.value ->> 'constraint' as constraint, f.value -> 'row' as row
from orchestrator.fact f
where f.kind = 'rejected'
order by f.engine, f.key
