select g.id, g.user_id, g.tree_path::text as tree_path,
  pg_catalog.array_to_json(g.actions) as actions, g.with_grant_option
from :"schema".tree_grant g
order by g.id
