-- Bytes of a memory on the wire. octet_length reads a toasted text's length without the text; meta is
-- counted as stored. 60: ids, times, lengths of the other fields.
60 + octet_length(content) + pg_catalog.pg_column_size(meta) + pg_catalog.pg_column_size(tree)
  + case when embedding is null then 0 else :'embedding_bytes'::integer end
