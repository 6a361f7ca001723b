-- Write locks on the tables that are read: those of some schemas.
select coalesce(l.pid::text, 'a prepared transaction') as holder, a.usename as user_name,
  a.application_name as application, n.nspname || '.' || c.relname as relation
from pg_catalog.pg_locks l
join pg_catalog.pg_class c on c.oid = l.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'relation' and l.granted
  and l.database = (
    select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and l.mode in (
    'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  and n.nspname = any (:'schemas'::text[]) and c.relkind in ('r', 'p')
order by 1, 4
