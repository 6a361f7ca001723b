-- People's changes to a space since it was published. A memory that was copied carries the
-- transaction of a job; a row of any other transaction was added or changed since. (Not the transaction
-- of its mark: a mark is renewed when rows only moved on the source's disk.)
select
  (select count(*)
    from core.api_key k
    join core.principal_space r on r.principal_id = k.member_id
    join core.space s on s.id = r.space_id
    where s.slug = :'slug') as api_keys,
  (select count(*)
    from :"schema".memory m
    where not exists (
      select from orchestrator.writer w where w.xid::xid = m.xmin)) as written,
  (select count(*) filter (where not exists (
        select from orchestrator.writer w where w.xid::xid = r.writer))
      -- Rows that were deleted since the roster was published.
      + greatest(0, :'roster_rows'::bigint - count(*))
    from (
      select s.id as space_id, s.xmin as writer from core.space s
      union all select p.space_id, p.xmin from core.principal p
      union all select r.space_id, r.xmin from core.principal_space r
      union all select g.space_id, g.xmin from core.group_member g
      union all select a.space_id, a.xmin from core.tree_access a
      union all select i.space_id, i.xmin from core.space_invitation i
    ) r
    join core.space s on s.id = r.space_id
    where s.slug = :'slug') as roster_rows,
  coalesce(
    (select k.rows
      from orchestrator.mark k
      where k.job = :'slug' || '/catch-up'),
    (select sum(k.rows)
      from orchestrator.mark k
      join orchestrator.plan p on p.job = k.job
      where p.engine = :'slug' and starts_with(k.job, :'slug' || '/memories/')),
    0) - (select count(*) from :"schema".memory) as missing
