with principals as (
  delete from core.principal p using auth.users u where p.kind = 'u' and p.id = u.id
), users as (
  delete from auth.users
), facts as (
  delete from orchestrator.fact f where f.job = 'identities'
)
delete from orchestrator.mark k where k.job = 'identities'
