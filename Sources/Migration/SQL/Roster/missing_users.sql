-- Of the users $1, those who are not in the target.
select u.id
from unnest($1::uuid[]) u (id)
where not exists (select from core.principal p where p.id = u.id and p.kind = 'u')
