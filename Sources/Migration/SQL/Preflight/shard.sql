-- Every column that is read of an engine, and no row.
select m.id, m.meta, m.tree, m.temporal, m.content, m.embedding, m.embedding_version, m.created_at,
  m.updated_at, u.id, u.name, u.identity_id, u.can_login, u.superuser, o.tree_path, o.user_id,
  g.id, g.user_id, g.tree_path, g.actions, g.with_grant_option, r.role_id, r.member_id,
  r.with_admin_option
from :"schema".memory m, :"schema"."user" u, :"schema".tree_owner o, :"schema".tree_grant g,
  :"schema".role_membership r
limit 0
