-- Of the memories with these ids, those that others than this run's jobs have written since they were copied.
select m.id
from :"schema".memory m
where m.id = any (:'ids'::uuid[])
  and not exists (select from orchestrator.writer w where w.xid::xid = m.xmin)
order by m.id
