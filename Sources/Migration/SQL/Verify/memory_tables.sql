-- The columns of the spaces' memory and embedding_queue.
select pg_catalog.substr(n.nspname, 4) as slug, c.relname as table, a.attname as column
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname in ('memory', 'embedding_queue')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any (:'schemas'::text[])
