-- The copy of each engine whose chunks are all committed, of one engine ($1) or, with null, of all. The mark
-- of its last catch-up replaces those of its chunks. Of several chunks, the watermark is the oldest; there is
-- none where their sources differ, or where an earlier release wrote one of them.
with chunk as (
  select p.engine, p.generation, m.rows, m.job is not null as is_marked,
    case when m.fingerprint is json object then m.fingerprint::jsonb end as watermark
  from orchestrator.plan p
  left join orchestrator.mark m on m.job = p.job and m.generation = p.generation
    and m.lo is not distinct from p.lo and m.hi is not distinct from p.hi
  where starts_with(p.job, p.engine || '/memories/') and ($1::text is null or p.engine = $1)
), copied as (
  select engine, generation, sum(rows)::bigint as rows,
    case when count(watermark) = count(*) and count(distinct watermark - 'seen') = 1
      then jsonb_set((array_agg(watermark))[1], '{seen}', to_jsonb(min((watermark -> 'seen')::bigint)))
    end as watermark
  from chunk
  group by engine, generation
  having bool_and(is_marked)
)
select c.engine, c.generation, coalesce(u.rows, c.rows) as rows,
  case when u.job is null then c.watermark::text else u.fingerprint end as watermark,
  (select count(*)
    from orchestrator.fact f
    where f.engine = c.engine and f.kind = 'rejected') as rejected
from copied c
left join orchestrator.mark u on u.job = c.engine || '/catch-up' and u.generation = c.generation
order by c.engine
