-- One engine's memories in numbers, and the ids of the first few that the target refuses (M4). The
-- conditions are those of the built-in schema pack's constraints.
select :'slug'::text as slug, count(*) as rows,
  pg_catalog.pg_table_size((:'schema' || '.memory')::pg_catalog.regclass) as bytes,
  count(*) filter (where m.embedding is null) as null_embeddings,
  count(*) filter (where m.has_other_id) as other_ids,
  count(*) filter (where m.has_other_meta) as other_metas,
  count(*) filter (where m.has_other_temporal) as other_temporals,
  array_to_json(coalesce(
    (array_agg(m.id order by m.id) filter (where m.has_other_id))[1:20], '{}')) as other_id_ids,
  array_to_json(coalesce(
    (array_agg(m.id order by m.id) filter (where m.has_other_meta))[1:20], '{}'))
    as other_meta_ids,
  array_to_json(coalesce(
    (array_agg(m.id order by m.id) filter (where m.has_other_temporal))[1:20], '{}'))
    as other_temporal_ids
from (
  select id, embedding,
    pg_catalog.uuid_extract_version(id) is distinct from 7 as has_other_id,
    pg_catalog.jsonb_typeof(meta) is distinct from 'object' as has_other_meta,
    (lower_inc(temporal) and upper_inc(temporal) = (lower(temporal) = upper(temporal))) is false
      as has_other_temporal
  from :"schema".memory) m
