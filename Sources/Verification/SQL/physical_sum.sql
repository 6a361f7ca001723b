-- Differs as soon as a row of the range was added, changed or deleted; reads no content.
select count(*) as rows,
  coalesce(sum(pg_catalog.hashtextextended(m.ctid::text || '/' || m.xmin::text, 0)::numeric), 0)
    as checksum
from :"schema".memory m
where (:'lo'::uuid is null or m.id > :'lo'::uuid) and (:'hi'::uuid is null or m.id <= :'hi'::uuid)
