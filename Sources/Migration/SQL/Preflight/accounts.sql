-- Every column that is read of the identities' database, and no row.
select i.id, i.email, i.name, i.created_at, o.id, o.identity_id, o.provider,
  o.provider_account_id, o.created_at, s.id, s.identity_id, s.token_hash, s.expires_at,
  s.created_at, m.org_id, m.identity_id, m.role, m.created_at, e.id, e.org_id, e.slug, e.name,
  e.status, e.language, v.id, v.org_id, v.email, v.role, v.invited_by, v.expires_at, v.accepted_at
from accounts.identity i, accounts.oauth_account o, accounts.session s, accounts.org_member m,
  accounts.engine e, accounts.invitation v
limit 0
