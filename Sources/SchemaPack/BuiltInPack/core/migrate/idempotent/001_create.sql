{{fn create_user(id uuid, name text) returns void}}
create or replace function {{schema}}.create_user(id uuid, name text)
returns void
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.principal (id, kind, name) values (create_user.id, 'u', create_user.name)
$$;
{{endfn}}

{{fn create_space(slug text, name text, language text DEFAULT 'english'::text) returns uuid}}
create or replace function {{schema}}.create_space(
  slug text, name text, language text default 'english'
)
returns uuid
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.space (slug, name, language)
  values (create_space.slug, create_space.name, create_space.language)
  returning space.id
$$;
{{endfn}}

-- A group belongs to its space without being on the roster; there it is put to make it an admin.
{{fn create_group(space uuid, name text, id uuid DEFAULT NULL::uuid) returns uuid}}
create or replace function {{schema}}.create_group(space uuid, name text, id uuid default null)
returns uuid
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.principal (id, kind, name, space_id)
  values (coalesce(create_group.id, uuidv7()), 'g', create_group.name, create_group.space)
  returning principal.id
$$;
{{endfn}}

{{fn create_agent(owner uuid, name text, id uuid DEFAULT NULL::uuid) returns uuid}}
create or replace function {{schema}}.create_agent(owner uuid, name text, id uuid default null)
returns uuid
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.principal (id, kind, name, owner_id)
  values (coalesce(create_agent.id, uuidv7()), 'a', create_agent.name, create_agent.owner)
  returning principal.id
$$;
{{endfn}}

-- Takes roster, groups, grants and invitations along; the data schema is its owner's to drop.
{{fn delete_space(slug text) returns boolean}}
create or replace function {{schema}}.delete_space(slug text)
returns boolean
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  with gone as (delete from {{schema}}.space s where s.slug = delete_space.slug returning s.id)
  select exists (select from gone)
$$;
{{endfn}}
