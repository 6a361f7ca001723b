-- Transactions of this database that have written, or may have: those that have a number of their own,
-- prepared ones too. Nothing is filtered by what a role that may only read cannot see of others' sessions.
select a.pid::text as holder, a.usename as user_name, a.application_name as application
from pg_catalog.pg_locks l
join pg_catalog.pg_stat_activity a on a.pid = l.pid
where l.locktype = 'transactionid' and l.granted and l.mode = 'ExclusiveLock'
  and a.datname = pg_catalog.current_database()
union
select p.gid, p.owner, 'a prepared transaction'
from pg_catalog.pg_prepared_xacts p
where p.database = pg_catalog.current_database()
order by 1
