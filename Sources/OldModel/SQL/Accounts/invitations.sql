-- $1 orgs
select i.id, i.org_id, i.email::text as email, i.role, i.invited_by,
  i.accepted_at is null and i.expires_at > pg_catalog.now() as is_pending
from accounts.invitation i
where i.org_id = any ($1::uuid[])
order by i.id
