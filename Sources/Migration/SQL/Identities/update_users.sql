-- I7. $1 id, $2 email, $3 name, $4 principal's name, $5 created_at: arrays of the same length
with changed as (
  select *
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    c (id, email, name, principal_name, created_at)
), users as (
  update auth.users u
  set email = c.email::public.citext, name = c.name, created_at = c.created_at
  from changed c
  where u.id = c.id
)
update core.principal p
set name = c.principal_name::public.citext, created_at = c.created_at
from changed c
where p.id = c.id
