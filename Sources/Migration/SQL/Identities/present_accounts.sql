select a.user_id, a.provider_id, a.account_id, a.created_at
from auth.accounts a
