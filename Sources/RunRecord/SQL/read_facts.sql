-- The facts of one engine ($1) or, with null, of all; without rows set aside, which may be many and large,
-- and without the identities' rows, which only the identities job asks for.
select f.engine, f.kind, f.key, f.job, f.value
from orchestrator.fact f
where ($1::text is null or f.engine = $1) and f.kind not in ('rejected', 'user', 'account', 'session')
order by f.engine, f.kind, f.key
