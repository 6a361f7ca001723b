-- I6: what the identities job has said of people who cannot be users of the target.
delete from orchestrator.fact f
where f.engine = '' and f.kind = 'warning' and f.job = 'identities' and f.value ->> 'rule' = 'I6'
