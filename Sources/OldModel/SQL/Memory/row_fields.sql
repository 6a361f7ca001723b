-- The binary form of every migrated column of a memory, in one order on both sides. The output of a send
-- function depends on no setting of a server or session; a text form does.
array[
    pg_catalog.uuid_send(m.id), pg_catalog.jsonb_send(m.meta), :"ltree_schema".ltree_send(m.tree),
    pg_catalog.range_send(m.temporal), pg_catalog.textsend(m.content),
    :"vector_schema".halfvec_send(m.embedding), pg_catalog.int4send(m.:"version"),
    pg_catalog.timestamptz_send(m.created_at), pg_catalog.timestamptz_send(m.updated_at)
  ]
