-- Asks nothing of what is in them: what is missing there, or may not be read, is said elsewhere.
select n.nspname as name
from pg_catalog.pg_namespace n
where pg_catalog.starts_with(n.nspname, $1)
