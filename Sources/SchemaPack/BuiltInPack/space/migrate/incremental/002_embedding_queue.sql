create table {{schema}}.embedding_queue (
  id bigint primary key generated always as identity,
  memory_id uuid not null references {{schema}}.memory (id) on delete cascade,
  content_version integer not null,
  vt timestamptz not null default now(),
  outcome text,
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create index embedding_queue_memory_id_idx on {{schema}}.embedding_queue (memory_id);
create index embedding_queue_open_idx on {{schema}}.embedding_queue (vt) where outcome is null;
