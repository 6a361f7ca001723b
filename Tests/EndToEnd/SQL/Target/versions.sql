-- Every row's place and writer, of every table but those of the schema orchestrator: the same lines twice
-- mean that nothing was written in between.
select format(
  $query$select %L, count(*), coalesce(md5(string_agg(ctid::text || ':' || xmin::text, ',' order by ctid)), '')
    from %I.%I$query$,
  n.nspname || '.' || c.relname, n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'orchestrator')
order by n.nspname, c.relname
\gexec
