-- One snapshot for the range's fingerprint and its rows.
begin isolation level repeatable read read only;
set local row_security = off;
set local statement_timeout = 0;
select count(*) as rows,
  coalesce(sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
    as fingerprint
from :"schema".memory
where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid);
copy (
  select id, meta, tree, temporal, content, embedding, embedding_version, created_at, updated_at
  from :"schema".memory
  where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid)
  order by id
) to stdout (format binary);
commit
