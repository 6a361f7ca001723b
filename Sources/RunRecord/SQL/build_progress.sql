-- $1 begins the names of this instance's sessions.
--
-- They log in as one role and act as the owner, who need not have the right to see what the other does:
-- for this one statement the role is the one that logged in. The planner puts the first condition before
-- everything, for it depends on no row.
select a.application_name, p.phase,
  case
    when p.tuples_total > 0 then 100 * p.tuples_done / p.tuples_total
    when p.blocks_total > 0 then 100 * p.blocks_done / p.blocks_total
    else 0
  end as percent
from pg_catalog.pg_stat_progress_create_index p
join pg_catalog.pg_stat_activity a on a.pid = p.pid
where (select pg_catalog.set_config('role', 'none', true)) is not null
  and pg_catalog.starts_with(a.application_name, $1)
