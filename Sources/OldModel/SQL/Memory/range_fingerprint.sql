-- The fingerprint of a range. `rows` leaves out those set aside (M4). The fingerprint includes them, because
-- they may be corrected at the source.
select count(*) filter (where id <> all (:'left_out'::uuid[])) as rows,
  :version_sum
    as fingerprint
from :"schema".memory
where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid)
