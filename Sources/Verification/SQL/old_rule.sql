-- The old access rule in SQL: the actions of each login by path, its own and those of the roles that it
-- reaches, and the level that R7 and R8 give. Actions hold at the path and below.
with recursive reached (user_id, role_id) as (
  select u.id, u.id
  from :"schema"."user" u
  where u.can_login
  union
  select r.user_id, m.role_id
  from reached r
  join :"schema".role_membership m on m.member_id = r.role_id
), rights (user_id, path, actions, level) as (
  select u.id, '', array['read', 'create', 'update', 'delete'], 3
  from :"schema"."user" u
  where u.superuser
  union all
  select o.user_id, o.tree_path::text, array['read', 'create', 'update', 'delete'], 3
  from :"schema".tree_owner o
  union all
  select g.user_id, g.tree_path::text, g.actions,
    case
      when g.with_grant_option then 3
      when g.actions && array['create', 'update', 'delete'] then 2
      when 'read' = any (g.actions) then 1
      else 0
    end
  from :"schema".tree_grant g
)
select r.user_id, u.identity_id, x.path, pg_catalog.max(x.level) as level,
  pg_catalog.bool_or('read' = any (x.actions)) as may_read,
  pg_catalog.bool_or('create' = any (x.actions)) as may_create,
  pg_catalog.bool_or('update' = any (x.actions)) as may_update,
  pg_catalog.bool_or('delete' = any (x.actions)) as may_delete
from reached r
join :"schema"."user" u on u.id = r.user_id
join rights x on x.user_id = r.role_id
group by r.user_id, u.identity_id, x.path
