-- Waits for every job in flight; from here on no takeover succeeds and no fence holds.
-- $1 run, $2 epoch, $3 instance
update orchestrator.run
set is_finishing = true
where run_id = $1::uuid and epoch = $2 and instance = $3::uuid
returning run_id
