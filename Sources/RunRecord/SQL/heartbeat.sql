-- Touches no row after another process has taken over. Does not wait for the disk: a sign of life need not
-- survive a crash. $1 instance, $2 epoch
insert into orchestrator.heartbeat as h (instance, at)
select r.instance, clock_timestamp()
from orchestrator.run r, pg_catalog.set_config('synchronous_commit', 'off', true)
where r.instance = $1::uuid and r.epoch = $2
on conflict (instance) do update set at = excluded.at
