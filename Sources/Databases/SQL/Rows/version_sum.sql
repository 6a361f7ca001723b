-- The number of rows and the sum over their physical versions: it changes when a row is added, changed
-- or deleted. Reads no content.
count(*) || '/' || coalesce(
  sum(pg_catalog.hashtextextended(ctid::text || '/' || xmin::text, 0)::numeric), 0)
