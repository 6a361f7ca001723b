-- $1 the beginning of the names of this instance's sessions
select a.application_name, p.phase,
  case
    when p.tuples_total > 0 then 100 * p.tuples_done / p.tuples_total
    when p.blocks_total > 0 then 100 * p.blocks_done / p.blocks_total
    else 0
  end as percent
from pg_catalog.pg_stat_progress_create_index p
join pg_catalog.pg_stat_activity a on a.pid = p.pid
where pg_catalog.starts_with(a.application_name, $1)
