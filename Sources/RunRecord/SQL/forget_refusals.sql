-- I6: the identities job's reports about people who cannot be users of the target.
delete from orchestrator.fact f
where f.engine = '' and f.kind = 'warning' and f.job = 'identities' and f.value ->> 'rule' = 'I6'
