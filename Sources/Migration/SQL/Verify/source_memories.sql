select :'slug'::text as slug, count(*) as rows,
  count(*) filter (where m.embedding is null) as unembedded
from :"schema".memory m
