-- M4. From now on rows may be set aside. $1 run
update orchestrator.run
set settings = settings || '{"quarantines": true}'
where run_id = $1::uuid
