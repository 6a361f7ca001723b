-- The rows with these ids, in one snapshot with their checksums.
copy (
  select id, meta, tree, temporal, content, embedding, embedding_version, created_at, updated_at
  from :"schema".memory
  where id = any (:'ids'::uuid[])
  order by id
) to stdout (format binary)
