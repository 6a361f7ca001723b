-- ME001: at commit, a space whose admins were removed or demoted must still have an effective one. A
-- space that never had one is not looked at, and a deleted space needs none.

create function {{schema}}.require_admin(space uuid)
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  -- Two transactions that demote one admin each take turns, and the second sees what is left.
  perform from {{schema}}.space s where s.id = require_admin.space for no key update;
  if found and not exists (
    select
    from {{schema}}.principal_space r
    join {{schema}}.principal p on p.member_id = r.principal_id
    where r.space_id = require_admin.space
      and {{schema}}.is_principal_space_admin(r.principal_id, r.space_id)
  ) then
    raise exception 'the space % would be left without an admin', require_admin.space
      using errcode = 'ME001', hint = 'Make someone else an admin first, or delete the space.';
  end if;
end
$$;

-- Whoever left the roster counts as an admin, too, where a group made it one.
create function {{schema}}.require_admin_after_roster_change()
returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  if old.admin or exists (
    select
    from {{schema}}.group_member m
    join {{schema}}.principal_space g on g.space_id = m.space_id and g.principal_id = m.group_id
    where m.space_id = old.space_id and m.member_id = old.principal_id and g.admin
  ) then
    perform {{schema}}.require_admin(old.space_id);
  end if;
  return null;
end
$$;

create function {{schema}}.require_admin_after_group_change()
returns trigger
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  if exists (
    select
    from {{schema}}.principal_space g
    where g.space_id = old.space_id and g.principal_id = old.group_id and g.admin
  ) then
    perform {{schema}}.require_admin(old.space_id);
  end if;
  return null;
end
$$;

create constraint trigger principal_space_keeps_an_admin
after delete or update on {{schema}}.principal_space
deferrable initially deferred
for each row execute function {{schema}}.require_admin_after_roster_change();

create constraint trigger group_member_keeps_an_admin
after delete or update on {{schema}}.group_member
deferrable initially deferred
for each row execute function {{schema}}.require_admin_after_group_change();
