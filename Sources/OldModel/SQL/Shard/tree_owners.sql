select o.tree_path::text as tree_path, o.user_id
from :"schema".tree_owner o
