-- The fields of the memories of one range.
select m.id, :row_fields as fields
from :"schema".memory m
where (:'lo'::uuid is null or m.id > :'lo'::uuid) and (:'hi'::uuid is null or m.id <= :'hi'::uuid)
  and m.id <> all (:'left_out'::uuid[])
