-- The fingerprint of every range of an engine, in one scan. $1: the last id of each range but the last.
with numbered as (
  select ctid, xmin, id, pg_catalog.width_bucket(id, $1::uuid[]) as bucket
  from :"schema".memory
), ranged as (
  select ctid, xmin,
    bucket - case when bucket > 0 and ($1::uuid[])[bucket] = id then 1 else 0 end as range
  from numbered
)
select range,
  :version_sum
    as fingerprint
from ranged
group by range
