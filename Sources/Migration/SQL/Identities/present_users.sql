-- A row whose transaction is none of the run's was written or changed by people.
select u.id, u.email::text as email, u.name, p.name::text as principal_name, u.created_at,
  exists (
    select from orchestrator.writer w where w.xid::xid = u.xmin) and exists (
    select from orchestrator.writer w where w.xid::xid = p.xmin) as is_ours
from auth.users u
join core.principal p on p.id = u.id and p.kind = 'u'
