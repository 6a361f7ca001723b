-- The secondary indexes of $1.memory: all but those that a constraint owns. With search_path = '' the
-- definition is the same text wherever it is asked for. `carried` is false where it has properties
-- that its definition does not carry.
select c.relname as name, am.amname as method, i.indisvalid and i.indisready as is_valid,
  pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
  c.reltablespace = 0 and not i.indisclustered
    and pg_catalog.obj_description(c.oid, 'pg_class') is null
    and not exists (
      select from pg_catalog.pg_attribute a
      where a.attrelid = i.indexrelid and a.attstattarget >= 0) as is_carried
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
where i.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I.memory', $1::text))
  and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
order by c.relname
