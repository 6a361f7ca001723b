-- On the roster, and an admin there or through a group that is one. An agent is never more than its
-- owner, so both must be.
{{fn is_principal_space_admin(principal uuid, space uuid) returns boolean}}
create or replace function {{schema}}.is_principal_space_admin(principal uuid, space uuid)
returns boolean
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(bool_and(exists (
    select
    from {{schema}}.principal_space r
    where r.space_id = is_principal_space_admin.space
      and r.principal_id = needed.id
      and (r.admin or exists (
        select
        from {{schema}}.group_member m
        join {{schema}}.principal_space g
          on g.space_id = m.space_id and g.principal_id = m.group_id and g.admin
        where m.space_id = r.space_id and m.member_id = r.principal_id
      ))
  )), false)
  from {{schema}}.principal p, unnest(array_remove(array[p.id, p.owner_id], null)) needed (id)
  where p.id = is_principal_space_admin.principal
$$;
{{endfn}}

-- Adding someone again never demotes them, and leaves a grant on their home as it is.
{{fn add_principal_to_space(space uuid, principal uuid, admin boolean DEFAULT false) returns void}}
create or replace function {{schema}}.add_principal_to_space(
  space uuid, principal uuid, admin boolean default false
)
returns void
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.principal_space as r (space_id, principal_id, admin)
  values (
    add_principal_to_space.space, add_principal_to_space.principal, add_principal_to_space.admin)
  on conflict (principal_id, space_id) do update
  set admin = true, updated_at = now()
  where excluded.admin and not r.admin;

  insert into {{schema}}.tree_access (space_id, principal_id, tree_path, access)
  select add_principal_to_space.space, p.id,
    text2ltree(replace(concat_ws('.', 'home', p.owner_id, p.id), '-', '')), 3
  from {{schema}}.principal p
  where p.member_id = add_principal_to_space.principal
  on conflict (space_id, principal_id, tree_path) do nothing;
$$;
{{endfn}}

{{fn add_group_member(space uuid, "group" uuid, member uuid, admin boolean DEFAULT false) returns void}}
create or replace function {{schema}}.add_group_member(
  space uuid, "group" uuid, member uuid, admin boolean default false
)
returns void
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.group_member as m (space_id, group_id, member_id, admin)
  values (
    add_group_member.space, add_group_member."group", add_group_member.member,
    add_group_member.admin)
  on conflict (space_id, member_id, group_id) do update
  set admin = true, updated_at = now()
  where excluded.admin and not m.admin
$$;
{{endfn}}

{{fn create_space_invitation(space uuid, email citext, admin boolean, share_access integer, invited_by uuid) returns uuid}}
create or replace function {{schema}}.create_space_invitation(
  space uuid, email public.citext, admin boolean, share_access integer, invited_by uuid
)
returns uuid
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.space_invitation (space_id, email, admin, share_access, invited_by)
  values (
    create_space_invitation.space, create_space_invitation.email, create_space_invitation.admin,
    create_space_invitation.share_access, create_space_invitation.invited_by)
  returning space_invitation.id
$$;
{{endfn}}
