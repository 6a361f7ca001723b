-- $1 engine
select coalesce(max(p.generation), 0) as generation from orchestrator.plan p where p.engine = $1
