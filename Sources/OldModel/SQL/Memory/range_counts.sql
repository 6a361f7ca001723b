-- The number of rows of every range of an engine, in one scan. $1: the last id of each range but the last.
with numbered as (
  select id, pg_catalog.width_bucket(id, $1::uuid[]) as bucket
  from :"schema".memory
)
select bucket - case when bucket > 0 and ($1::uuid[])[bucket] = id then 1 else 0 end as range,
  count(*) as rows
from numbered
group by 1
