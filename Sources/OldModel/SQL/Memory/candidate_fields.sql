-- The fields of the memories that may have been written since the snapshot whose oldest running transaction
-- was `seen`: a transaction that the snapshot did not see is not older, whatever has happened to the row's
-- place, its hint bits or its page since. A page of them, behind the id `after`.
select m.id, :row_fields as fields
from :"schema".memory m
where pg_catalog.age(m.xmin) <= pg_catalog.age(:'seen'::xid8::xid)
  and (:'after'::uuid is null or m.id > :'after'::uuid)
order by m.id
limit :'limit'::bigint
