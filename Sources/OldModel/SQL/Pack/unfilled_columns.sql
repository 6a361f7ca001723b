-- $1 schema, $2 table, $3 the columns that a run writes. An insert trigger may fill a column, so a table
-- that has one is trusted: if it does not, the insert itself fails and names the column.
select a.attname as name
from pg_catalog.pg_attribute a
where a.attrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', $1::text, $2::text))
  and a.attnum > 0 and not a.attisdropped
  and a.attnotnull and not a.atthasdef and a.attidentity = ''
  and a.attname <> all ($3::text[])
  and not exists (
    select from pg_catalog.pg_trigger t
    where t.tgrelid = a.attrelid and not t.tgisinternal
      and t.tgtype & 7 = 7)
order by a.attnum
