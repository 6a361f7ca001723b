-- R1, R7-R9. $1 space, $2 principals, $3 paths, $4 levels
select core.grant_tree_access($1::uuid, g.principal, g.path::public.ltree, g.access)
from unnest($2::uuid[], $3::text[], $4::integer[]) g (principal, path, access)
