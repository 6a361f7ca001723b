-- I7. $1 ids. Frees their emails and names, because people may have exchanged them.
with users as (
  update auth.users u
  set email = (u.id || '@moving.invalid')::public.citext
  where u.id = any ($1::uuid[])
)
update core.principal p
set name = p.id::text::public.citext
where p.id = any ($1::uuid[])
