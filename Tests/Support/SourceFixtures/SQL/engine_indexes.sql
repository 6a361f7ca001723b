-- The old model's secondary indexes on one engine's memory, all but bm25 and hnsw: nothing that
-- reads the sources uses those two. psql variable: schema (me_<slug>).
set search_path = :"schema", public;
create index memory_meta_idx on memory using gin (meta);
create index memory_temporal_idx on memory using gist (temporal) where temporal is not null;
create index memory_tree_idx on memory using gist (tree);
analyze memory;
