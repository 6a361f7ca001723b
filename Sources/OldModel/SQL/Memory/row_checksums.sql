-- After `with memory_fields as (…)`: the checksum of each memory, as sums.sql adds them up.
select f.id,
  pg_catalog.encode(pg_catalog.sha256(pg_catalog.array_send(f.fields)), 'hex') as checksum
from memory_fields f
order by f.id
