-- $1 schema, $2 table
select a.attname as name, t.typname as type, a.atttypmod as modifier
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', $1::text, $2::text))
  and a.attnum > 0 and not a.attisdropped
order by a.attnum
