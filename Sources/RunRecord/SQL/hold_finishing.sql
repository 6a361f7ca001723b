-- $1 run. No row: the target carries another run, or `finish` has not begun.
select r.run_id
from orchestrator.run r
where r.run_id = $1::uuid and r.is_finishing
for update
