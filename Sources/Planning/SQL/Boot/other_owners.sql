-- The roles other than $2 that own one of the schemas $1, or a relation or function in it.
select n.nspname as schema, pg_catalog.pg_get_userbyid(o.owner) as owner
from pg_catalog.pg_namespace n
cross join lateral (
  select n.nspowner
  union
  select c.relowner from pg_catalog.pg_class c where c.relnamespace = n.oid
  union
  select p.proowner from pg_catalog.pg_proc p where p.pronamespace = n.oid) o (owner)
where n.nspname = any ($1::text[]) and pg_catalog.pg_get_userbyid(o.owner) <> $2
order by schema, owner
