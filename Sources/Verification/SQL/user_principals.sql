select p.id, p.name::text as name, p.created_at
from core.principal p
where p.kind = 'u'
