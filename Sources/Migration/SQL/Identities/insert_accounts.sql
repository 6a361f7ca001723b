-- I2. $1 user, $2 provider, $3 account, $4 created_at: arrays of the same length
insert into auth.accounts (user_id, provider_id, account_id, created_at, updated_at)
select a.user_id, a.provider_id, a.account_id, a.created_at, a.created_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
  a (user_id, provider_id, account_id, created_at)
