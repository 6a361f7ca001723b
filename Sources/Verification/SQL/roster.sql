-- The members of each space, and their rights by the app's own functions.
select s.slug, p.id, p.kind, p.name::text as name, p.owner_id, r.admin,
  core.is_principal_space_admin(p.id, s.id) as is_effective_admin,
  core.build_tree_access(p.id, s.id) as access
from core.space s
join core.principal_space r on r.space_id = s.id
join core.principal p on p.id = r.principal_id
where s.slug = any (:'slugs'::text[])
