create schema {{schema}};

create table {{schema}}.version (
  version text not null,
  at timestamptz not null default now()
);

create unique index version_is_one_row on {{schema}}.version ((true));

insert into {{schema}}.version (version) values ('0.0.0');

create table {{schema}}.migration (
  name text primary key,
  applied_at_version text not null,
  applied_at timestamptz not null default now()
);
