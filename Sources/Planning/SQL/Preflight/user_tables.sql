-- Schemas and relations that no extension created. An empty database has none.
select n.nspname as name, count(c.oid) as relations
from pg_catalog.pg_namespace n
left join pg_catalog.pg_class c
  on c.relnamespace = n.oid
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
      and d.deptype = 'e')
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid
      and d.deptype = 'e')
group by n.nspname
having n.nspname <> 'public' or count(c.oid) > 0
order by n.nspname
