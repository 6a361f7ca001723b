-- $1 run. No row: it is another one's, or nobody has begun to finish it.
select r.run_id
from orchestrator.run r
where r.run_id = $1::uuid and r.is_finishing
for update
