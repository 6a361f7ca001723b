-- M4. Rows that a chunk sets aside, in its own transaction.
insert into orchestrator.fact (engine, kind, key, job, value)
select :'engine', 'rejected', r.value ->> 'id', :'job', r.value
from pg_catalog.jsonb_array_elements(:'rows'::jsonb) r (value)
on conflict (engine, kind, key) do update set job = excluded.job, value = excluded.value
