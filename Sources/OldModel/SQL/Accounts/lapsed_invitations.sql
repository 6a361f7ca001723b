-- R12: invitations that were pending when the run began, $1 seconds ago, and no longer are.
select i.id
from accounts.invitation i
where (i.accepted_at is not null or i.expires_at <= pg_catalog.now())
  and i.expires_at > pg_catalog.now() - pg_catalog.make_interval(secs => $1::double precision)
  and (i.accepted_at is null
    or i.accepted_at > pg_catalog.now() - pg_catalog.make_interval(secs => $1::double precision))
