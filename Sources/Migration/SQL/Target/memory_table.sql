-- Whether $1.memory is a plain table without foreign keys and partitions, so that its indexes may be
-- dropped for the load.
select c.relkind = 'r' and not c.relispartition and not c.relhassubclass
    and not exists (
      select from pg_catalog.pg_constraint k
      where k.conrelid = c.oid and k.contype = 'f') as is_plain
from pg_catalog.pg_class c
where c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.memory', $1::text))
