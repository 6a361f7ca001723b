-- $1 job, $2 engine, $3 generation, $4 lo, $5 hi, $6 rows, $7 bytes: arrays of the same length
insert into orchestrator.plan (job, engine, generation, lo, hi, expected_rows, expected_bytes)
select *
from unnest(
  $1::text[], $2::text[], $3::integer[], $4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[])
on conflict (job) do nothing
