-- All rows, and the rows without an embedding, except rejected ones (M4).
select :'slug'::text as slug, count(*) as rows,
  count(*) filter (
    where m.embedding is null and m.id <> all (:'left_out'::uuid[])) as unembedded
from :"schema".memory m
