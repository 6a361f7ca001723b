-- Reads no table of the schemas: other checks report missing tables and privileges.
select n.nspname as name
from pg_catalog.pg_namespace n
where pg_catalog.starts_with(n.nspname, $1)
