alter table {{schema}}.memory
  add column version integer,
  add column version_hash bytea,
  add column source text;

create index memory_source_idx on {{schema}}.memory
  using bloom (source, content_version) with (length = 80, col1 = 4);
