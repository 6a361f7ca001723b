select s.id, s.identity_id, pg_catalog.encode(s.token_hash, 'hex') as token_hash, s.expires_at,
  s.created_at, s.expires_at > pg_catalog.now() as is_live
from accounts.session s
order by s.id
