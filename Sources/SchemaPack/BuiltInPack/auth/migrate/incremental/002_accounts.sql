create table {{schema}}.accounts (
  id uuid primary key default uuidv7()
    constraint accounts_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  user_id uuid not null references {{schema}}.users (id) on delete cascade,
  provider_id text not null
    constraint accounts_provider_is_known check (provider_id in ('google', 'github')),
  account_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (provider_id, account_id)
);

create index accounts_user_id_idx on {{schema}}.accounts (user_id);
