-- Every column, the ones that are not migrated too.
select pg_catalog.to_jsonb(m) as row
from :"schema".memory m
where m.id = :'id'::uuid
