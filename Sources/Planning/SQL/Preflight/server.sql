-- A server's resources for sessions and builds. Free connections are those that this login can still open.
select
  least(
    current_setting('max_connections')::integer
      - case when r.rolsuper then 0 else
          current_setting('superuser_reserved_connections')::integer
          + coalesce(current_setting('reserved_connections', true), '0')::integer end
      - (select coalesce(sum(s.numbackends), 0)::integer from pg_catalog.pg_stat_database s
        where s.datid <> 0),
    case when d.datconnlimit >= 0 and not r.rolsuper then
      d.datconnlimit - (select s.numbackends from pg_catalog.pg_stat_database s
        where s.datid = d.oid) end,
    case when r.rolconnlimit >= 0 and not r.rolsuper then
      r.rolconnlimit - (select count(*)::integer from pg_catalog.pg_stat_activity a
        where a.usesysid = r.oid) end) as free_connections,
  d.datctype as character_type,
  current_setting('dynamic_shared_memory_type') as shared_memory_type,
  current_setting('maintenance_work_mem') as maintenance_memory,
  current_setting('max_parallel_maintenance_workers') as parallel_workers
from pg_catalog.pg_roles r, pg_catalog.pg_database d
where r.rolname = session_user and d.datname = pg_catalog.current_database()
