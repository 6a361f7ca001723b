-- $1 engine. Keeps the facts about agents that another space still uses.
with forgotten as (
  delete from orchestrator.fact f where f.engine = $1 and f.kind <> 'agent'
), unmarked as (
  delete from orchestrator.mark k
  using orchestrator.plan p
  where (p.job = k.job or k.job = $1 || '/catch-up') and p.engine = $1
)
delete from orchestrator.plan p where p.engine = $1
