-- Agents that are on no roster.
select p.id
from core.principal p
where p.kind = 'a'
  and not exists (select from core.principal_space r where r.principal_id = p.id)
order by p.id
