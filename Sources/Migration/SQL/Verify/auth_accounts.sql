select a.provider_id, a.account_id, a.user_id, a.created_at
from auth.accounts a
