-- Users that no job of this run wrote.
select count(*) as users
from auth.users u
where not exists (
  select from orchestrator.writer w where w.xid::xid = u.xmin)
