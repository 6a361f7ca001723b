select s.slug, s.name::text as name, s.language
from core.space s
where s.slug = any (:'slugs'::text[])
