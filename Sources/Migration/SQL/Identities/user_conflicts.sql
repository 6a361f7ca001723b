-- I7. $1 id, $2 email, $3 principal's name of the users to be written. Returns those whose email or name
-- belongs to another user of the target, with that user and the spaces that keep them. (citext's operators
-- are on no search path of ours.)
with planned as (
  select p.id, pg_catalog.lower(p.email) as email, pg_catalog.lower(p.name) as name
  from unnest($1::uuid[], $2::text[], $3::text[]) p (id, email, name)
), taken as (
  select p.id, u.id as holder
  from planned p
  join auth.users u on pg_catalog.lower(u.email::text) = p.email and u.id <> p.id
  union
  select p.id, h.id
  from planned p
  join core.principal h on h.kind = 'u' and pg_catalog.lower(h.name::text) = p.name and h.id <> p.id
)
select t.id, t.holder,
  (select coalesce(string_agg(distinct s.slug, ', ' order by s.slug), '')
    from core.principal_space r
    join core.space s on s.id = r.space_id
    where r.principal_id = t.holder) as spaces
from taken t
where t.holder <> all ($1::uuid[])
order by t.id, t.holder
