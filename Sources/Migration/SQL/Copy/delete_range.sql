delete from :"schema".memory
where (:'lo'::uuid is null or id > :'lo'::uuid) and (:'hi'::uuid is null or id <= :'hi'::uuid)
