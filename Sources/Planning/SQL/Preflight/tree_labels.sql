-- The engine's labels with letters beyond ASCII, at most 200.
select distinct l.label
from (
  select m.tree::text as path from :"schema".memory m
  union all
  select o.tree_path::text from :"schema".tree_owner o
  union all
  select g.tree_path::text from :"schema".tree_grant g) p
cross join unnest(pg_catalog.string_to_array(p.path, '.')) l (label)
where octet_length(p.path) > char_length(p.path)
  and octet_length(l.label) > char_length(l.label)
limit 200
