create table {{schema}}.space_invitation (
  id uuid primary key default uuidv7()
    constraint space_invitation_id_is_v7 check (uuid_extract_version(id) is not distinct from 7),
  space_id uuid not null references {{schema}}.space (id) on delete cascade,
  email public.citext not null,
  admin boolean not null default false,
  share_access integer
    constraint space_invitation_share_is_known check (share_access between 1 and 3),
  invited_by uuid references {{schema}}.principal (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  accepted_at timestamptz
);

create unique index space_invitation_pending_key
  on {{schema}}.space_invitation (space_id, email) where accepted_at is null;
create index space_invitation_invited_by_idx on {{schema}}.space_invitation (invited_by);
