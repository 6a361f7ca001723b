-- The rows of a range. Sent after range_fingerprint.sql, in one snapshot with it.
copy (
  select id, meta, tree, temporal, content, embedding, embedding_version, created_at, updated_at
  from :"schema".memory
  where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid)
    and id <> all (:'left_out'::uuid[])
  order by id
) to stdout (format binary)
