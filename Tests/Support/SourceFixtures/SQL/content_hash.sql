-- One line for each table of the old model: schema, table, rows, checksum.
--
-- A row is every column's binary send form, length first, NULL told apart; its sha256 counts as a
-- number, and the sum does not depend on order, nor on object ids that differ between databases.
set row_security = off;
select format(
  $query$select %L, %L, count(*), coalesce(sum(('0x' || encode(sha256(%s), 'hex'))::numeric), 0)
  from %I.%I$query$,
  n.nspname, c.relname,
  (select string_agg(
     format($$coalesce(int4send(octet_length(%1$s(%2$I))) || %1$s(%2$I), '\xffffffff')$$,
       t.typsend, a.attname),
     ' || ' order by a.attnum)
   from pg_attribute a join pg_type t on t.oid = a.atttypid
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and (n.nspname = 'accounts' or n.nspname ~ '^me_')
order by n.nspname, c.relname
\gexec
