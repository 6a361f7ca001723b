select s.slug, i.email::text as email, i.admin, i.share_access, i.invited_by, i.accepted_at
from core.space s
join core.space_invitation i on i.space_id = s.id
where s.slug = any (:'slugs'::text[])
