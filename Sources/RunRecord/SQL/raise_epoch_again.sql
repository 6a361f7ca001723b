-- A failover undid our takeover. $1 instance, $2 place, $3 our epoch, $4 run
update orchestrator.run
set epoch = $3, instance = $1::uuid, place = $2::jsonb
where epoch < $3 and run_id = $4::uuid and not is_finishing
