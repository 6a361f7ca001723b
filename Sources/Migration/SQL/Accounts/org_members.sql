-- $1 org; the rank orders by when they joined, to the microsecond.
select m.org_id, m.identity_id, m.role,
  pg_catalog.rank() over (order by m.created_at) as join_rank
from accounts.org_member m
where m.org_id = $1::uuid
order by m.identity_id
