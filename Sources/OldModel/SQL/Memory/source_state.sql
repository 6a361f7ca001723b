-- For each of the schemas: the snapshot, the life of the source, and the shape of the table of memories.
--
-- A life ends when the server starts, fails over, or is another one: what was committed may be gone since.
-- A shape ends when the table is another one, or one of its migrated columns is: rows may hold other values
-- without having been written. The shape is a digest: a column's missing value is data.
select s.name as schema,
  pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint as seen,
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint as next,
  (select pg_catalog.concat_ws('/', c.system_identifier, d.oid,
      case when pg_catalog.pg_is_in_recovery()
        then (select k.timeline_id from pg_catalog.pg_control_checkpoint() k)
        else pg_catalog.concat('x', pg_catalog.left(
          pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))::bit(32)::int
      end,
      extract(epoch from pg_catalog.pg_postmaster_start_time()))
    from pg_catalog.pg_control_system() c, pg_catalog.pg_database d
    where d.datname = pg_catalog.current_database()) as life,
  (select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
      pg_catalog.concat_ws('/', a.attrelid, pg_catalog.string_agg(
        pg_catalog.concat_ws(' ', a.attname, a.attnum, a.atttypid, a.atttypmod, a.attmissingval),
        ',' order by a.attnum)), 'UTF8')), 'hex')
    from pg_catalog.pg_attribute a
    where a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.memory', s.name))
      and a.attname = any (:'columns'::text[]) and not a.attisdropped
    group by a.attrelid) as shape
from pg_catalog.unnest(:'schemas'::text[]) s (name)
