-- $1 run, $2 epoch, $3 instance. No row: another process has taken over.
select r.epoch
from orchestrator.run r
where r.run_id = $1::uuid and r.epoch = $2 and r.instance = $3::uuid and not r.is_finishing
for share
