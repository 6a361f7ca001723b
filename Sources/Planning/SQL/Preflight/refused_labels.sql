-- The texts of $1 that are no label under this database's locale. Needs the extension ltree.
select count(*) as refused
from unnest($1::text[]) l (label)
where not pg_catalog.pg_input_is_valid(l.label, 'public.ltree')
