-- After `with memory_fields as (…)`: each column's checksum of the memories in the buckets $1, for the
-- columns in the order of fields.sql; - for null.
select f.id, (
    select pg_catalog.string_agg(
      coalesce(pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(u.field), 'hex'), 32), '-'), ','
      order by u.place)
    from pg_catalog.unnest(f.fields) with ordinality u (field, place)
  ) as columns
from memory_fields f
where pg_catalog.get_byte(pg_catalog.uuid_send(f.id), 15) = any ($1::integer[])
order by f.id
