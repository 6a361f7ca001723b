create table {{schema}}.memory (
  id uuid primary key default uuidv7()
    constraint memory_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  meta jsonb not null default '{}'
    constraint memory_meta_is_object check (jsonb_typeof(meta) = 'object'),
  tree public.ltree not null default '',
  -- A point [t,t], a period [a,b), or [a,): without an end the comparison is null, which is no violation.
  temporal tstzrange
    constraint memory_temporal_form check (
      lower_inc(temporal) and upper_inc(temporal) = (lower(temporal) = upper(temporal))
    ),
  content text not null,
  embedding public.halfvec({{embedding_dimensions}}),
  content_version integer not null default 1,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
