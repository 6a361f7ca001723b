create table {{schema}}.space (
  id uuid primary key default uuidv7()
    constraint space_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  slug text not null unique
    constraint space_slug_form check (slug ~ '^[a-z0-9]{12}$'),
  name public.citext not null,
  language text not null default 'english'
    constraint space_language_form check (language ~ '^[a-z_]+$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
