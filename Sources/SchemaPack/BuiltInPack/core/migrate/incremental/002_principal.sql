-- Users (u) are known everywhere, agents (a) belong to a user, groups (g) to a space.
create table {{schema}}.principal (
  id uuid primary key default uuidv7()
    constraint principal_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  kind text not null
    constraint principal_kind_is_known check (kind in ('u', 'g', 'a')),
  name public.citext not null
    constraint principal_name_without_slash check (strpos(name::text, '/') = 0),
  owner_id uuid,
  space_id uuid references {{schema}}.space (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  user_id uuid generated always as (case when kind = 'u' then id end) stored unique,
  group_id uuid generated always as (case when kind = 'g' then id end) stored unique,
  agent_id uuid generated always as (case when kind = 'a' then id end) stored unique,
  member_id uuid generated always as (case when kind in ('u', 'a') then id end) stored unique,
  unique (space_id, group_id),
  constraint principal_owner_id_fkey
    foreign key (owner_id) references {{schema}}.principal (user_id) on delete cascade,
  constraint principal_owner_of_agents check ((owner_id is not null) = (kind = 'a')),
  constraint principal_space_of_groups check ((space_id is not null) = (kind = 'g')),
  constraint principal_name_form
    check (kind = 'u' or name::text ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$')
);

create unique index principal_user_name_key on {{schema}}.principal (name) where kind = 'u';
create unique index principal_agent_name_key on {{schema}}.principal (owner_id, name) where kind = 'a';
create unique index principal_group_name_key on {{schema}}.principal (space_id, name) where kind = 'g';
