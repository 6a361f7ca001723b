-- Users that the identities job did not write.
select count(*) as users
from auth.users u
where not exists (
  select from orchestrator.mark k where k.job = 'identities' and k.xmin = u.xmin)
