-- Asks nothing that needs a privilege on the schema: what may not be read is said elsewhere.
select n.nspname as name
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = 'memory'
where pg_catalog.starts_with(n.nspname, 'me_')
