-- $1 space. The rows that belong to it in `core`: its own, groups, members, memberships, grants, invitations.
select 1
  + (select count(*) from core.principal p where p.space_id = $1::uuid)
  + (select count(*) from core.principal_space r where r.space_id = $1::uuid)
  + (select count(*) from core.group_member g where g.space_id = $1::uuid)
  + (select count(*) from core.tree_access a where a.space_id = $1::uuid)
  + (select count(*) from core.space_invitation i where i.space_id = $1::uuid) as rows
