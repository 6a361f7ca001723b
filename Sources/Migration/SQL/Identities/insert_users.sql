-- I1. $1 id, $2 email, $3 name, $4 created_at: arrays of the same length
with created as (
  insert into orchestrator.fact (engine, kind, key, job, value)
  select '', 'user', u.id::text, 'identities', '{}'
  from unnest($1::uuid[]) u (id)
)
insert into auth.users (id, email, name, email_verified, created_at, updated_at)
select u.id, u.email::public.citext, u.name, true, u.created_at, u.created_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) u (id, email, name, created_at)
