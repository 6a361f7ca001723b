select s.user_id, pg_catalog.encode(s.token_hash, 'hex') as token_hash, s.expires_at, s.created_at,
  exists (
    select from orchestrator.writer w where w.xid::xid = s.xmin) as is_ours
from auth.sessions s
