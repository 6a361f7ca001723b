select pg_catalog.encode(s.token_hash, 'hex') as token_hash, s.user_id, s.expires_at, s.created_at,
  s.expires_at > pg_catalog.now() as is_live
from auth.sessions s
