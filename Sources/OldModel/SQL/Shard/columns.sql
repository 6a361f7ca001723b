-- The gaps that keep this role from reading every column and every row that it must; empty if there is none.
-- A missing table is one gap, without its columns.
-- $1 schemas; $2, $3 and $4 tables, columns and types, side by side; $5 tables that are copied whole, and $6
-- their columns that are dropped on purpose.
with expected as (
  select n.oid as namespace, n.nspname as schema, e.table_name, e.column_name, e.type
  from pg_catalog.pg_namespace n
  cross join unnest($2::text[], $3::text[], $4::text[]) e (table_name, column_name, type)
  where n.nspname = any ($1::text[])
), found as (
  select e.*, c.oid as relation, a.attnum as number, t.typname as found_type
  from expected e
  left join pg_catalog.pg_class c
    on c.relnamespace = e.namespace and c.relname = e.table_name
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
  left join pg_catalog.pg_attribute a
    on a.attrelid = c.oid and a.attname = e.column_name and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_type t on t.oid = a.atttypid
), judged as (
  select f.schema, f.relation, f.table_name, f.column_name, f.type as expected_type, f.found_type,
    case
      when f.number is null then 'missing'
      when f.found_type <> f.type then 'type'
      when not pg_catalog.has_schema_privilege(f.namespace, 'usage')
        or not pg_catalog.has_column_privilege(f.relation, f.number, 'select') then 'privilege'
    end as problem
  from found f
)
select j.schema, j.table_name, j.column_name, j.expected_type, j.found_type, j.problem
from judged j
where j.problem is not null and j.relation is not null
union all
select distinct f.schema, f.table_name, null::text, null::text, null::name, 'missing'
from found f
where f.relation is null
union all
select distinct f.schema, f.table_name, null::text, null::text, null::name, 'filtered'
from found f
where f.relation is not null and pg_catalog.row_security_active(f.relation)
union all
select n.nspname, c.relname, a.attname, null::text, null::name, 'unknown'
from pg_catalog.pg_namespace n
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = any ($5::text[])
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p')
  and a.attname <> all ($6::text[])
  and (c.relname, a.attname) not in (
    select e.table_name, e.column_name from unnest($2::text[], $3::text[]) e (table_name, column_name))
order by 1, 2, 3
