-- The old model's DB_SHARD: one engine's schema, empty.
-- psql variables: schema (me_<slug>), dimensions (of the embeddings).
begin;
create extension if not exists citext schema public;
create extension if not exists ltree schema public;
create extension if not exists vector schema public;
create schema :"schema";
set local search_path = :"schema", public;

create table "user" (
  id uuid primary key default uuidv7(),
  name citext not null unique,
  identity_id uuid,
  can_login boolean not null default true,
  superuser boolean not null default false,
  createrole boolean not null default false,
  created_at timestamptz not null default now()
);
create index on "user" (identity_id) where identity_id is not null;

create table memory (
  id uuid primary key default uuidv7() check (uuid_extract_version(id) = 7),
  meta jsonb not null default '{}' check (jsonb_typeof(meta) = 'object'),
  tree ltree not null default '',
  temporal tstzrange check (
    temporal is null
    or lower(temporal) = upper(temporal) and lower_inc(temporal) and upper_inc(temporal)
    or lower(temporal) < upper(temporal) and lower_inc(temporal) and not upper_inc(temporal)),
  content text not null,
  embedding halfvec(:dimensions),
  embedding_version int not null default 1,
  embedding_attempts int not null default 0,
  embedding_last_error text,
  created_at timestamptz not null default now(),
  created_by uuid references "user" on delete set null,
  updated_at timestamptz
);

create table tree_owner (
  tree_path ltree primary key,
  user_id uuid not null references "user" on delete cascade,
  created_by uuid references "user" on delete set null,
  created_at timestamptz not null default now()
);
create index on tree_owner (user_id);

create table tree_grant (
  id uuid primary key default uuidv7(),
  user_id uuid not null references "user" on delete cascade,
  tree_path ltree not null,
  actions text[] not null check (actions <@ array['read', 'create', 'update', 'delete']),
  granted_by uuid references "user" on delete set null,
  with_grant_option boolean not null default false,
  created_at timestamptz not null default now(),
  unique (user_id, tree_path)
);
create index on tree_grant using gist (tree_path);

create table role_membership (
  role_id uuid not null references "user" on delete cascade,
  member_id uuid not null references "user" on delete cascade check (member_id <> role_id),
  with_admin_option boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (role_id, member_id)
);
create index on role_membership (member_id);

create table api_key (
  id uuid primary key default uuidv7(),
  user_id uuid not null references "user" on delete cascade,
  lookup_id text not null unique,
  key_hash text not null,
  name text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);

create table embedding_queue (
  id bigint generated always as identity primary key,
  memory_id uuid not null references memory on delete cascade,
  embedding_version int not null,
  vt timestamptz not null default now(),
  outcome text,
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null default now()
);

-- What the session's user may do: a superuser everything, others what they or their roles own or
-- were granted on the path or above it.
create function may(action text, path ltree) returns boolean
language sql stable set search_path from current
as $$
  with recursive effective (id) as (
    select nullif(current_setting('me.user_id', true), '')::uuid
    union
    select membership.role_id
    from role_membership membership join effective on effective.id = membership.member_id
  )
  select exists (select from "user" join effective using (id) where superuser)
    or exists (
      select from tree_owner join effective on effective.id = user_id where tree_path @> path)
    or exists (
      select from tree_grant join effective on effective.id = user_id
      where tree_path @> path and action = any (actions))
$$;

alter table memory enable row level security;
create policy memory_read on memory for select using (may('read', tree));
create policy memory_create on memory for insert with check (may('create', tree));
create policy memory_update on memory for update using (may('update', tree));
create policy memory_delete on memory for delete using (may('delete', tree));
commit;
