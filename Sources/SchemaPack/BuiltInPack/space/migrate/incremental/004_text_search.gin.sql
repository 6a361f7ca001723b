create index memory_content_idx on {{schema}}.memory
  using gin (to_tsvector('{{bm25_text_config}}', content));
