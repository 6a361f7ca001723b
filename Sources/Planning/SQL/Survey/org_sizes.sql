select s.members, count(*) as orgs
from (
  select count(m.identity_id) as members
  from accounts.org o
  left join accounts.org_member m on m.org_id = o.id
  group by o.id) s
group by s.members
order by s.members
