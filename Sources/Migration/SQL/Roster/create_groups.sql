-- R3. $1 space, $2 names
select n.name, core.create_group($1::uuid, n.name) as id
from unnest($2::text[]) n (name)
