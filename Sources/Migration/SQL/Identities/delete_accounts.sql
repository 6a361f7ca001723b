-- I7. $1 provider, $2 account: arrays of the same length
delete from auth.accounts a
using unnest($1::text[], $2::text[]) g (provider_id, account_id)
where a.provider_id = g.provider_id and a.account_id = g.account_id
