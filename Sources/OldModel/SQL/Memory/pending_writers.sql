-- Sessions and prepared transactions that may have written to the table without having committed.
select count(*) as writers
from pg_catalog.pg_locks l
where l.locktype = 'relation'
  and l.relation = pg_catalog.to_regclass(pg_catalog.format('%I.memory', :'schema'))
  and l.database = (
    select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
  and l.mode in (
    'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  and l.granted
