-- What a job did before, about to be done again in this very transaction.
with rejected as (
  delete from orchestrator.fact where kind = 'rejected' and job = :'job'
)
delete from orchestrator.mark where job = :'job'
