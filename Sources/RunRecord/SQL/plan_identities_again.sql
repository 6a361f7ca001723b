-- I7: a mark of the previous generation no longer proves anything.
update orchestrator.plan set generation = generation + 1 where job = 'identities'
