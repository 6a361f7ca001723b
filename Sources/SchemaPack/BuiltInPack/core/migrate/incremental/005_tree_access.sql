-- Levels include each other: 1 read, 2 write, 3 owner. A grant holds for the whole subtree.
create table {{schema}}.tree_access (
  space_id uuid not null references {{schema}}.space (id) on delete cascade,
  principal_id uuid not null references {{schema}}.principal (id) on delete cascade,
  tree_path public.ltree not null,
  access integer not null
    constraint tree_access_level_is_known check (access between 1 and 3),
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (space_id, principal_id, tree_path)
);

create index tree_access_principal_id_idx on {{schema}}.tree_access (principal_id);
