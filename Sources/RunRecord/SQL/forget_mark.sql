-- Deletes the mark of a job, in a transaction that marks it again.
delete from orchestrator.mark where job = :'job'
