select extract(epoch from pg_catalog.clock_timestamp() - r.started_at) as seconds
from orchestrator.run r
