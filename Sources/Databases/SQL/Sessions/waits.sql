-- Of the server processes $1, those that are there, whether they wait for their client, and what changes
-- with every message that reaches or leaves them.
select a.pid, extract(epoch from a.backend_start) as backend_start,
  coalesce(a.wait_event_type = 'Client', false) as waits_for_client,
  concat_ws(' ', a.state_change, c.bytes_processed, c.tuples_processed) as progress
from pg_catalog.pg_stat_activity a
left join pg_catalog.pg_stat_progress_copy c on c.pid = a.pid
where a.pid = any ($1::integer[])
