select
  (select count(*) from accounts.oauth_account) as oauth_accounts,
  (select count(*) from accounts.session) as sessions,
  (select count(*) from accounts.session s where s.expires_at > pg_catalog.now())
    as live_sessions,
  (select count(*) from accounts.org o
    where not exists (select from accounts.engine e where e.org_id = o.id)) as orgs_without_engine,
  (select count(*) from accounts.invitation i
    where i.accepted_at is null and i.expires_at > pg_catalog.now()) as pending_invitations,
  (select count(*) from accounts.org_member m where m.role = 'owner') as owners,
  (select count(*) from accounts.org_member m where m.role = 'admin') as admins,
  (select count(*) from accounts.org_member m where m.role = 'member') as members
