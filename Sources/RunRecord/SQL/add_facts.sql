-- $1 engine, $2 kind, $3 key, $4 job, $5 value: arrays of the same length
insert into orchestrator.fact (engine, kind, key, job, value)
select f.engine, f.kind, f.key, f.job, f.value::jsonb
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  f (engine, kind, key, job, value)
on conflict (engine, kind, key) do update set job = excluded.job, value = excluded.value
