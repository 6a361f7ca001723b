-- Rows and bytes on the wire of one engine.
select :'slug'::text as slug, count(*) as rows, coalesce(sum(
  :row_bytes
  ), 0) as bytes
from :"schema".memory
