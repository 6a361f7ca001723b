-- The number of an engine's memories, and of those that may have been written since the snapshot whose oldest
-- running transaction was `seen`; null where none is known.
select :'slug'::text as slug, count(*) as rows,
  count(*) filter (where pg_catalog.age(m.xmin) <= pg_catalog.age(:'seen'::xid8::xid)) as candidates
from :"schema".memory m
