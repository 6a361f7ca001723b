-- Waits for every job in flight. $1 instance, $2 place, $3 the epoch that was read
update orchestrator.run
set epoch = epoch + 1, instance = $1::uuid, place = $2::jsonb
where epoch = $3 and not is_finishing
returning epoch
