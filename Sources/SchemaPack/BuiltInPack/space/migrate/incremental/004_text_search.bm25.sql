create index memory_content_idx on {{schema}}.memory using bm25 (content)
  with (text_config = '{{bm25_text_config}}', k1 = {{bm25_k1}}, b = {{bm25_b}});
