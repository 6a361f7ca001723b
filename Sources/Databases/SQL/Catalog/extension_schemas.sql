-- The schemas of the types of the memories' columns.
select e.extname as extension, n.nspname as schema
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname in ('ltree', 'vector')
