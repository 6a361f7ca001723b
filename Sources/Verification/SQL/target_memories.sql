-- M2: the memories that wait for an embedding, and those that lack one. A queue row that is closed, or
-- that has another version than the memory, creates no embedding.
select :'slug'::text as slug, count(*) as rows,
  count(*) filter (where w.lacks_embedding) as unembedded,
  count(*) filter (where m.name is not null) as named,
  count(*) filter (where w.lacks_embedding and not w.is_awaited) as unqueued,
  count(*) filter (where q.entries > 1) as queued_twice,
  count(*) filter (where not w.lacks_embedding and q.entries > 0) as queued_needlessly,
  (pg_catalog.array_agg(m.id order by m.id) filter (
    where (w.lacks_embedding and not w.is_awaited)
      or (not w.lacks_embedding and q.entries > 0)
      or q.entries > 1 or m.name is not null))[1] as example
from :"schema".memory m
left join (
  select e.memory_id, count(*) as entries,
    pg_catalog.array_agg(e.:"queue_version") filter (where e.outcome is null) as open_versions
  from :"schema".embedding_queue e
  group by e.memory_id
) q on q.memory_id = m.id
cross join lateral (
  select m.embedding is null as lacks_embedding,
    coalesce(m.:"version" = any (q.open_versions), false) as is_awaited
) w
