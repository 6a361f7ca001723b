-- The folded forms by which the target's citext compares: $1 texts, in order
select pg_catalog.lower(t.text) as key
from unnest($1::text[]) with ordinality t (text, place)
order by t.place
