-- M4. Rows that are set aside no longer: they were corrected or deleted at the source.
delete from orchestrator.fact f
where f.engine = :'engine' and f.kind = 'rejected' and f.key = any (:'ids'::text[])
