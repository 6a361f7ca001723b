-- What is in a database: its schemas with the number of their relations.
select n.nspname, count(c.oid)
from pg_namespace n left join pg_class c on c.relnamespace = n.oid
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
group by n.nspname
order by n.nspname;
