select s.slug, p.id, p.kind, p.name::text as name, p.owner_id, m.group_id, m.admin
from core.space s
join core.group_member m on m.space_id = s.id
join core.principal p on p.id = m.member_id
where s.slug = any (:'slugs'::text[])
