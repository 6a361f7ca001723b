select n.nspname as name
from pg_catalog.pg_namespace n
where pg_catalog.starts_with(n.nspname, 'me_')
  and pg_catalog.to_regclass(pg_catalog.format('%I.memory', n.nspname)) is not null
