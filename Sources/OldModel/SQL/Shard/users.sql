select u.id, u.name::text as name, pg_catalog.lower(u.name::text) as name_key, u.identity_id,
  u.can_login, u.superuser
from :"schema"."user" u
order by u.id
