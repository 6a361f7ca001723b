select u.id, u.email::text as email, u.name, p.name::text as principal_name, u.created_at
from auth.users u
join core.principal p on p.id = u.id and p.kind = 'u'
