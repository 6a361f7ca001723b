-- Ends every session of this run ($1: the run's part of the application name) but those of this
-- instance ($2: its part), waiting up to 5 s for each. A role that may not end them gets an error.
select a.pid, a.application_name, pg_catalog.pg_terminate_backend(a.pid, 5000) as ended
from pg_catalog.pg_stat_activity a
where pg_catalog.starts_with(a.application_name, $1)
  and not pg_catalog.starts_with(a.application_name, $2)
  and a.pid <> pg_catalog.pg_backend_pid()
