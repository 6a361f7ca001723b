-- Touches no row once someone else has taken over. $1 instance, $2 epoch
insert into orchestrator.heartbeat as h (instance, at)
select r.instance, clock_timestamp()
from orchestrator.run r
where r.instance = $1::uuid and r.epoch = $2
on conflict (instance) do update set at = excluded.at
