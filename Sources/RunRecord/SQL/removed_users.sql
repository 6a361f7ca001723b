-- I7. Of the users $1, who are not in the target: those whom this run has created, and people have removed.
select f.key::uuid as id
from orchestrator.fact f
join unnest($1::uuid[]) u (id) on f.key = u.id::text
where f.engine = '' and f.kind = 'user'
order by f.key
