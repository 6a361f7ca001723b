-- Every index of the spaces' memories, those of constraints included. With search_path = '' the
-- definition is the same text wherever it is asked for.
select pg_catalog.substr(n.nspname, 4) as slug, c.relname as name,
  i.indisvalid and i.indisready and i.indislive as is_valid,
  pg_catalog.pg_get_indexdef(i.indexrelid) as definition
from pg_catalog.pg_namespace n
join pg_catalog.pg_class t on t.relnamespace = n.oid and t.relname = 'memory'
join pg_catalog.pg_index i on i.indrelid = t.oid
join pg_catalog.pg_class c on c.oid = i.indexrelid
where n.nspname = any (:'schemas'::text[])
