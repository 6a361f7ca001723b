select pg_catalog.encode(s.token_hash, 'hex') as token_hash, s.user_id, s.expires_at, s.created_at
from auth.sessions s
