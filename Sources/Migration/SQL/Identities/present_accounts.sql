select a.user_id, a.provider_id, a.account_id, a.created_at,
  exists (
    select from orchestrator.writer w where w.xid::xid = a.xmin) as is_ours
from auth.accounts a
