select r.run_id, r.epoch, r.instance, r.place, r.is_finishing, r.settings, r.pack_hash,
  r.tool_version, r.databases,
  extract(epoch from clock_timestamp() - h.at) as heartbeat_age
from orchestrator.run r
left join orchestrator.heartbeat h on h.instance = r.instance
