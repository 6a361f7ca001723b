create table {{schema}}.users (
  id uuid primary key default uuidv7()
    constraint users_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  name text not null,
  email public.citext not null unique,
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
