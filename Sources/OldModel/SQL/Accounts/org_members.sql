-- $1 orgs; the rank orders an org's members by when they joined, to the microsecond.
select m.org_id, m.identity_id, m.role,
  pg_catalog.rank() over (partition by m.org_id order by m.created_at) as join_rank
from accounts.org_member m
where m.org_id = any ($1::uuid[])
order by m.org_id, m.identity_id
