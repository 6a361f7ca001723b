-- After `with memory_fields as (…)`: like sums.sql, for each last byte of the ids, which is random.
select pg_catalog.get_byte(pg_catalog.uuid_send(f.id), 15) as bucket, count(*) as rows,
  sum(('0x' || pg_catalog.encode(pg_catalog.sha256(
    pg_catalog.array_send(f.fields)), 'hex'))::numeric) as checksum
from memory_fields f
group by 1
