-- The embedding column's dimensions of every engine's schema (M5).
select n.nspname as schema, a.atttypmod as dimensions
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = 'memory'
join pg_catalog.pg_attribute a
  on a.attrelid = c.oid and a.attname = 'embedding' and not a.attisdropped
where pg_catalog.starts_with(n.nspname, $1)
