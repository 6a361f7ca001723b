select s.slug, p.id, p.kind, p.name::text as name, p.owner_id
from core.space s
join core.principal p on p.space_id = s.id
where s.slug = any (:'slugs'::text[])
