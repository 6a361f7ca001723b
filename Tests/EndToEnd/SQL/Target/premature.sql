-- Spaces that can be seen although their roster has no mark; never any.
select s.slug
from core.space s
where not exists (select from orchestrator.mark k where k.job = s.slug || '/roster');
