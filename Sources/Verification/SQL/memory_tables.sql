-- The columns of memory and embedding_queue in each of the schemas $1.
select n.nspname as schema, c.relname as table, a.attname as column
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname in ('memory', 'embedding_queue')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any ($1::text[])
