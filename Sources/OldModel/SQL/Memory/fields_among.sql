-- The fields of the memories with these ids.
select m.id, :row_fields as fields
from :"schema".memory m
where m.id = any (:'ids'::uuid[])
