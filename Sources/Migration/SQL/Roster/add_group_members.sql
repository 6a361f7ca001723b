-- R10. $1 space, $2 groups, $3 members, $4 admin
select core.add_group_member($1::uuid, m.group_id, m.member, m.admin)
from unnest($2::uuid[], $3::uuid[], $4::boolean[]) m (group_id, member, admin)
