-- Sessions of this run ($1) that are not of this instance ($2).
select a.pid, a.application_name
from pg_catalog.pg_stat_activity a
where pg_catalog.starts_with(a.application_name, $1)
  and not pg_catalog.starts_with(a.application_name, $2)
order by a.pid
