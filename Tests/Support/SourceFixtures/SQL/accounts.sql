-- The old model's DB_ACCOUNTS: the extensions and the schema accounts, empty.
begin;
create extension if not exists citext schema public;
create schema accounts;

create table accounts.identity (
  id uuid primary key default uuidv7(),
  email public.citext not null unique,
  name text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);

create table accounts.oauth_account (
  id uuid primary key default uuidv7(),
  identity_id uuid not null references accounts.identity on delete cascade,
  provider text not null check (provider in ('google', 'github')),
  provider_account_id text not null,
  email public.citext,
  access_token text,
  refresh_token text,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (provider, provider_account_id)
);
create index on accounts.oauth_account (identity_id);

create table accounts.session (
  id uuid primary key default uuidv7(),
  identity_id uuid not null references accounts.identity on delete cascade,
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index on accounts.session (identity_id);

create table accounts.org (
  id uuid primary key default uuidv7(),
  slug text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table accounts.org_member (
  org_id uuid not null references accounts.org on delete cascade,
  identity_id uuid not null references accounts.identity on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (org_id, identity_id)
);
create index on accounts.org_member (identity_id);

create table accounts.engine (
  id uuid primary key default uuidv7(),
  org_id uuid not null references accounts.org on delete cascade,
  slug text not null unique check (slug ~ '^[a-z0-9]{12}$'),
  name text not null,
  shard_id int not null default 1,
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  language text not null default 'english' check (language ~ '^[a-z_]+$'),
  created_at timestamptz not null default now(),
  unique (org_id, name)
);

create table accounts.invitation (
  id uuid primary key default uuidv7(),
  org_id uuid not null references accounts.org on delete cascade,
  email public.citext not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  invited_by uuid not null references accounts.identity on delete cascade,
  token_hash bytea not null unique,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  created_at timestamptz not null default now(),
  unique (org_id, email)
);
commit;
