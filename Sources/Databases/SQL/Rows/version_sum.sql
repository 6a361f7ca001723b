-- The number of rows and the sum over their physical versions: differs when any of them was added, changed
-- or deleted. Reads no content.
count(*) || '/' || coalesce(
  sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
