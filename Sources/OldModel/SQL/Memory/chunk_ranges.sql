-- Cuts the ids, in order, into ranges of about $1 bytes on the wire; a row is never cut, so a range
-- holds at least one. Returns each range's last id.
with sized as (
  select id,
    :row_bytes
    as bytes
  from :"schema".memory
), placed as (
  select id, bytes, (sum(bytes) over (order by id) - bytes) / $1::bigint as place
  from sized
), numbered as (
  select id, bytes, floor(place) as range from placed
)
select (pg_catalog.array_agg(id order by id desc))[1] as hi, count(*) as rows, sum(bytes) as bytes
from numbered
group by range
order by range
