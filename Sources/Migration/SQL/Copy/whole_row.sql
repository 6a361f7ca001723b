-- $1 id. Every column, including those that are not migrated.
select pg_catalog.to_jsonb(m) as row
from :"schema".memory m
where m.id = $1::uuid
