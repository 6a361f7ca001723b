-- Never the tokens (I2).
select o.id, o.identity_id, o.provider, o.provider_account_id, o.created_at
from accounts.oauth_account o
order by o.id
