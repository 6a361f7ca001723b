-- One line for each me_<slug>, of the old model or the new: slug, rows, checksum of every migrated
-- column, rows without an embedding, waiting rows in the queue, rows with a name.
--
-- The version column is called embedding_version in the old model and in old releases of the new
-- one, content_version in newer ones; name is the new model's alone.
set row_security = off;
select format(
  $query$select %L, count(*), coalesce(sum(('0x' || encode(sha256(%s), 'hex'))::numeric), 0),
    count(*) filter (where embedding is null),
    (select count(*) from %I.embedding_queue where outcome is null), count(%s)
  from %I.memory$query$,
  substr(n.nspname, 4),
  (select string_agg(
     format($$coalesce(int4send(octet_length(%1$s(%2$I))) || %1$s(%2$I), '\xffffffff')$$,
       t.typsend, a.attname),
     ' || ' order by
       case when a.attname in ('content_version', 'embedding_version') then 'version'
       else a.attname::text end collate "C")
   from pg_attribute a join pg_type t on t.oid = a.atttypid
   where a.attrelid = c.oid and not a.attisdropped and a.attname in (
     'id', 'meta', 'tree', 'temporal', 'content', 'embedding', 'content_version',
     'embedding_version', 'created_at', 'updated_at')),
  n.nspname,
  coalesce(
    (select 'name' from pg_attribute a
     where a.attrelid = c.oid and a.attname = 'name' and not a.attisdropped),
    'null'),
  n.nspname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relname = 'memory' and n.nspname ~ '^me_'
order by n.nspname
\gexec
