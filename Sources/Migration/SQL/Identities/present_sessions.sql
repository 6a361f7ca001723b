select s.user_id, pg_catalog.encode(s.token_hash, 'hex') as token_hash, s.expires_at, s.created_at
from auth.sessions s
