-- People, spaces and who may do what, by names alone: ids that the target makes differ between two runs
-- of the same sources.
with named as (
  select p.id, p.kind,
    p.kind || ':' || coalesce(o.name || '/', '') || coalesce(s.slug || '/', '') || p.name as name,
    o.id as owner_id
  from core.principal p
  left join core.principal o on o.id = p.owner_id
  left join core.space s on s.id = p.space_id
), lines (line) as (
  select concat_ws(' ', 'user', u.email, u.name, u.email_verified, u.created_at,
    (select string_agg(concat_ws(':', provider_id, account_id, a.created_at), ',' order by account_id)
     from auth.accounts a where a.user_id = u.id),
    (select string_agg(concat_ws(':', token_hash, expires_at, s.created_at), ',' order by token_hash)
     from auth.sessions s where s.user_id = u.id))
  from auth.users u
  union all
  select 'principal ' || name from named
  union all
  select concat_ws(' ', 'space', slug, name, language) from core.space
  union all
  select concat_ws(' ', 'member', s.slug, n.name, case when r.admin then 'admin' end)
  from core.principal_space r join core.space s on s.id = r.space_id
  join named n on n.id = r.principal_id
  union all
  select concat_ws(' ', 'group', g.name, m.name, case when r.admin then 'admin' end)
  from core.group_member r join named g on g.id = r.group_id join named m on m.id = r.member_id
  union all
  select concat_ws(' ', 'access', s.slug, n.name,
    coalesce(nullif(replace(replace(a.tree_path::text,
      replace(n.id::text, '-', ''), '<self>'),
      coalesce(replace(n.owner_id::text, '-', ''), '?'), '<owner>'), ''), '<root>'), a.access)
  from core.tree_access a join core.space s on s.id = a.space_id
  join named n on n.id = a.principal_id
  union all
  select concat_ws(' ', 'invitation', s.slug, i.email, i.admin, n.name)
  from core.space_invitation i join core.space s on s.id = i.space_id
  left join named n on n.id = i.invited_by
)
select line from lines order by line collate "C";
