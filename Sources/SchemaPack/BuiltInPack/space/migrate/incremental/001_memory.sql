create table {{schema}}.memory (
  id uuid primary key default uuidv7()
    constraint memory_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  meta jsonb not null default '{}'
    constraint memory_meta_is_object check (jsonb_typeof(meta) = 'object'),
  tree public.ltree not null default '',
  -- A point [t,t] or a period [a,b). An end that is missing makes the comparison null: refused.
  temporal tstzrange
    constraint memory_temporal_form check (
      temporal is null
      or coalesce(
        lower_inc(temporal) and upper_inc(temporal) = (lower(temporal) = upper(temporal)), false)
    ),
  content text not null,
  embedding public.halfvec({{embedding_dimensions}}),
  content_version integer not null default 1,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
