-- The roster: who is in a space.
create table {{schema}}.principal_space (
  space_id uuid not null references {{schema}}.space (id) on delete cascade,
  principal_id uuid not null references {{schema}}.principal (id) on delete cascade,
  admin boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (principal_id, space_id)
);

create index principal_space_space_id_idx on {{schema}}.principal_space (space_id);
