create index memory_meta_idx on {{schema}}.memory using gin (meta);

create index memory_temporal_idx on {{schema}}.memory using gist (temporal)
  where temporal is not null;

create index memory_embedding_idx on {{schema}}.memory
  using hnsw (embedding public.halfvec_cosine_ops)
  with (m = {{hnsw_m}}, ef_construction = {{hnsw_ef_construction}});

create index memory_tree_idx on {{schema}}.memory using gist (tree);

create unique index memory_tree_name_key on {{schema}}.memory (tree, name) where name is not null;
