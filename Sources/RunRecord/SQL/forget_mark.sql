-- Deletes the mark of a job whose work this transaction repeats.
with rejected as (
  delete from orchestrator.fact where kind = 'rejected' and job = :'job'
)
delete from orchestrator.mark where job = :'job'
