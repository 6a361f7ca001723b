-- M2: who waits for an embedding, against who lacks one.
select :'slug'::text as slug, count(*) as rows,
  count(*) filter (where m.embedding is null) as unembedded,
  count(*) filter (where m.name is not null) as named,
  count(*) filter (where m.embedding is null and q.entries is null) as unqueued,
  count(*) filter (where q.entries > 1) as queued_twice,
  count(*) filter (where m.embedding is not null and q.entries > 0) as queued_needlessly,
  (pg_catalog.array_agg(m.id order by m.id) filter (
    where (m.embedding is null) <> (coalesce(q.entries, 0) = 1)
      or q.entries > 1 or m.name is not null))[1] as example
from :"schema".memory m
left join (
  select e.memory_id, count(*) as entries from :"schema".embedding_queue e group by e.memory_id
) q on q.memory_id = m.id
