-- $1 run, $2 instance, $3 place, $4 tool version, $5 settings, $6 pack hash, $7 databases
insert into orchestrator.run
  (run_id, epoch, instance, place, tool_version, settings, pack_hash, databases)
values ($1::uuid, 1, $2::uuid, $3::jsonb, $4, $5::jsonb, $6, $7::jsonb)
