-- After `with memory_fields as (…)`: the rows and the sum of their checksums. Each field is
-- length-prefixed and null told apart by array_send; sha256 as a number, because numeric sums neither
-- overflow nor round, and a sum does not depend on the order.
select count(*) as rows,
  coalesce(sum(('0x' || pg_catalog.encode(pg_catalog.sha256(
    pg_catalog.array_send(f.fields)), 'hex'))::numeric), 0) as checksum
from memory_fields f
