-- I1. $1 id, $2 name: arrays of the same length
select core.create_user(u.id, u.name)
from unnest($1::uuid[], $2::text[]) u (id, name)
