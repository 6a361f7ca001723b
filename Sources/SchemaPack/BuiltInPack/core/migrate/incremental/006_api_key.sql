create table {{schema}}.api_key (
  id uuid primary key default uuidv7()
    constraint api_key_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  member_id uuid not null references {{schema}}.principal (member_id) on delete cascade,
  lookup_id text not null unique,
  secret text not null,
  name text not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create index api_key_member_id_idx on {{schema}}.api_key (member_id);
