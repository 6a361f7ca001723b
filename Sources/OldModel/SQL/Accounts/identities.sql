select i.id, i.email::text as email, i.name, i.created_at
from accounts.identity i
order by i.id
