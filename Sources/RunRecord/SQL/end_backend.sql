-- $1 pid, $2 backend_start in seconds since 1970
select pg_catalog.pg_terminate_backend(a.pid, 5000) as ended
from pg_catalog.pg_stat_activity a
where a.pid = $1::integer and extract(epoch from a.backend_start) = $2::numeric
