-- The indexes of $1.memory. With search_path = '' the definition is the same text wherever it is asked
-- for. `is_constraint`: a constraint owns it or refers to it. `is_carried` is false where it is more than
-- its definition says.
select c.relname as name, am.amname as method, i.indisvalid and i.indisready as is_valid,
  pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
  k.is_constraint,
  not k.is_constraint and c.reltablespace = 0 and not i.indisclustered
    and pg_catalog.obj_description(c.oid, 'pg_class') is null
    and not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = i.indexrelid and a.attstattarget >= 0) as is_carried
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
cross join lateral (
  select exists (
    select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid) as is_constraint
) k
where i.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I.memory', $1::text))
order by c.relname
