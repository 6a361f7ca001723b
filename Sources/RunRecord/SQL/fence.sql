-- The first statement of every job. No row: another process has taken over.
with writer as (
  insert into orchestrator.writer (xid) values (pg_catalog.pg_current_xact_id())
)
insert into orchestrator.mark (job, generation, epoch, lo, hi, rows, fingerprint)
select :'job', :'generation'::integer, r.epoch, :'lo'::uuid, :'hi'::uuid, :'rows'::bigint,
  :'fingerprint'
from orchestrator.run r
where r.run_id = :'run'::uuid and r.epoch = :'epoch'::bigint and r.instance = :'instance'::uuid
  and not r.is_finishing
for share
returning job
