-- I5. Expired sessions are left out: they are never migrated.
select 'oauth account' as what, o.id
from accounts.oauth_account o
where not exists (select from accounts.identity i where i.id = o.identity_id)
union all
select 'session', s.id
from accounts.session s
where s.expires_at > pg_catalog.now()
  and not exists (select from accounts.identity i where i.id = s.identity_id)
order by 1, 2
