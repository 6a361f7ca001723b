-- The number of rows of a range, without those set aside (M4).
select count(*) as rows
from :"schema".memory
where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid)
  and id <> all (:'left_out'::uuid[])
