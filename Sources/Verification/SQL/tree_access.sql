select s.slug, p.id, p.kind, p.name::text as name, p.owner_id, t.tree_path::text as tree_path,
  t.access
from core.space s
join core.tree_access t on t.space_id = s.id
join core.principal p on p.id = t.principal_id
where s.slug = any (:'slugs'::text[])
