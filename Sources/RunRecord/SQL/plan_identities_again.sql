-- I7: a mark of the generation before proves nothing any more.
update orchestrator.plan set generation = generation + 1 where job = 'identities'
