-- The server processes of $1 that exist, and whether they wait for their client.
select a.pid, coalesce(a.wait_event_type = 'Client', false) as waits_for_client
from pg_catalog.pg_stat_activity a
where a.pid = any ($1::integer[])
