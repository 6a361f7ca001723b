create table {{schema}}.sessions (
  id uuid primary key default uuidv7()
    constraint sessions_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  user_id uuid not null references {{schema}}.users (id) on delete cascade,
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now()
);

create index sessions_user_id_idx on {{schema}}.sessions (user_id);
