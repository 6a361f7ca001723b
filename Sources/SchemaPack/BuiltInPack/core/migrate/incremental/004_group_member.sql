create table {{schema}}.group_member (
  space_id uuid not null references {{schema}}.space (id) on delete cascade,
  group_id uuid not null,
  member_id uuid not null references {{schema}}.principal (member_id) on delete cascade,
  admin boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  unique (space_id, member_id, group_id),
  constraint group_member_group_of_space
    foreign key (space_id, group_id) references {{schema}}.principal (space_id, group_id)
    on delete cascade
);

create index group_member_group_id_idx on {{schema}}.group_member (group_id);
create index group_member_member_id_idx on {{schema}}.group_member (member_id);
