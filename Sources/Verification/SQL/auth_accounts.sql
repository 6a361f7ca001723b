-- I2: `tokens` names the columns that hold a token; the tokens themselves are not read.
select a.provider_id, a.account_id, a.user_id, a.created_at, (
    select pg_catalog.string_agg(f.key, ', ' order by f.key)
    from pg_catalog.jsonb_each(pg_catalog.to_jsonb(a)) f
    where f.key ~ 'token' and f.value <> 'null'::jsonb
  ) as tokens
from auth.accounts a
