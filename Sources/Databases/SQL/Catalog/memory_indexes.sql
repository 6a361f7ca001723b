-- The indexes of the table `memory` in each of the schemas $1. With search_path = '' the definition is the
-- same text in every session. `is_constraint`: a constraint owns the index or refers to it.
-- `is_dropped_for_load`: the table is plain, without partitions and foreign keys, and the definition carries
-- every property of the index.
select n.nspname as schema, c.relname as name, am.amname as method,
  i.indisvalid and i.indisready and i.indislive as is_valid,
  pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
  k.is_constraint,
  t.relkind = 'r' and not t.relispartition and not t.relhassubclass
    and not exists (
      select from pg_catalog.pg_constraint f
      where f.conrelid = t.oid and f.contype = 'f')
    and not k.is_constraint and c.reltablespace = 0 and not i.indisclustered
    and pg_catalog.obj_description(c.oid, 'pg_class') is null
    and not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = i.indexrelid and a.attstattarget >= 0) as is_dropped_for_load
from pg_catalog.pg_namespace n
join pg_catalog.pg_class t on t.relnamespace = n.oid and t.relname = 'memory'
join pg_catalog.pg_index i on i.indrelid = t.oid
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
cross join lateral (
  select exists (
    select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid) as is_constraint
) k
where n.nspname = any ($1::text[])
order by n.nspname, c.relname
