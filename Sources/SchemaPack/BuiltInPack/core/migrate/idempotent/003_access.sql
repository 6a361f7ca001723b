{{fn grant_tree_access(space uuid, principal uuid, path ltree, access integer) returns void}}
create or replace function {{schema}}.grant_tree_access(
  space uuid, principal uuid, path public.ltree, access integer
)
returns void
language sql
set search_path = pg_catalog, public, pg_temp
as $$
  insert into {{schema}}.tree_access (space_id, principal_id, tree_path, access)
  values (
    grant_tree_access.space, grant_tree_access.principal, grant_tree_access.path,
    grant_tree_access.access)
  on conflict (space_id, principal_id, tree_path) do update
  set access = excluded.access, updated_at = now()
$$;
{{endfn}}

-- A member's own grants and those of its groups, which count only while it is itself on the roster;
-- an agent's owner does not matter here.
{{fn granted_tree_access(member uuid, space uuid) returns TABLE(tree_path ltree, access integer)}}
create or replace function {{schema}}.granted_tree_access(member uuid, space uuid)
returns table (tree_path public.ltree, access integer)
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select t.tree_path, max(t.access)
  from {{schema}}.tree_access t
  where t.space_id = granted_tree_access.space
    and (t.principal_id = granted_tree_access.member or t.principal_id in (
      select m.group_id
      from {{schema}}.group_member m
      join {{schema}}.principal_space r
        on r.space_id = m.space_id and r.principal_id = m.member_id
      where m.space_id = granted_tree_access.space and m.member_id = granted_tree_access.member
    ))
  group by t.tree_path
$$;
{{endfn}}

-- What an agent and its owner are granted meets on the smaller of two subtrees, one of which holds
-- the other, at the lower of the two levels. What a grant further up gives already is left out.
{{fn clamped_tree_access(agent uuid, owner uuid, space uuid) returns TABLE(tree_path ltree, access integer)}}
create or replace function {{schema}}.clamped_tree_access(agent uuid, owner uuid, space uuid)
returns table (tree_path public.ltree, access integer)
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  with meeting as (
    select
      case when o.tree_path @> a.tree_path then a.tree_path else o.tree_path end as tree_path,
      max(least(a.access, o.access)) as access
    from {{schema}}.granted_tree_access(
      clamped_tree_access.agent, clamped_tree_access.space) a
    join {{schema}}.granted_tree_access(
      clamped_tree_access.owner, clamped_tree_access.space) o
      on o.tree_path @> a.tree_path or o.tree_path <@ a.tree_path
    group by 1
  )
  select m.tree_path, m.access
  from meeting m
  where not exists (
    select
    from meeting above
    where above.tree_path @> m.tree_path
      and above.tree_path <> m.tree_path
      and above.access >= m.access
  )
$$;
{{endfn}}

{{fn build_tree_access(member uuid, space uuid) returns jsonb}}
create or replace function {{schema}}.build_tree_access(member uuid, space uuid)
returns jsonb
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('tree_path', g.tree_path::text, 'access', g.access)
      order by g.tree_path),
    '[]')
  from {{schema}}.principal p
  cross join lateral (
    select d.tree_path, d.access
    from {{schema}}.granted_tree_access(p.id, build_tree_access.space) d
    where p.kind = 'u'
    union all
    select c.tree_path, c.access
    from {{schema}}.clamped_tree_access(p.id, p.owner_id, build_tree_access.space) c
    where p.kind = 'a'
  ) g
  where p.member_id = build_tree_access.member
$$;
{{endfn}}
