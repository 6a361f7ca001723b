-- R1, R4. $1 space, $2 principals, $3 admin
select core.add_principal_to_space($1::uuid, m.principal, m.admin)
from unnest($2::uuid[], $3::boolean[]) m (principal, admin)
