-- E4: active engines whose org has nobody who could be the space's admin.
select e.slug
from accounts.engine e
where e.status = 'active' and not exists (
  select from accounts.org_member m
  join accounts.identity i on i.id = m.identity_id
  where m.org_id = e.org_id and m.role in ('owner', 'admin'))
