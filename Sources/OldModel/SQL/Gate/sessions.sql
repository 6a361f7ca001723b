-- Sessions of others that are connected to this database; they may write at any time.
select count(*) as sessions
from pg_catalog.pg_stat_activity a
where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
  and not pg_catalog.starts_with(a.application_name, 'orc')
