update accounts.engine set name = E'quotes '' " back\\slash % {{slug}}\nline' where slug = 'alphaalpha01';
update accounts.identity set name = E'O''Brien \\ "{{"', created_at = 'infinity';
insert into accounts.org (id, slug, name, created_at)
values ('019b0000-0000-7000-8000-00000000ffff', 'empty', 'without engines', '-infinity');

-- Mary, a member of Ada's org, is in ten: the other nine are her own, each with an engine that is called
-- by a number.
insert into accounts.org (id, slug, name)
select format('019b0000-0000-7000-8000-00000000010%s', n)::uuid, 'number-' || n, 'Number ' || n
from generate_series(1, 9) n;
insert into accounts.org_member (org_id, identity_id, role)
select id, '019b0000-0000-7000-8000-000000000003', 'owner' from accounts.org where slug ~ '^number-';
insert into accounts.engine (org_id, slug, name)
select id, lpad(right(slug, 1), 12, '0'), '数字 № ' || right(slug, 1) from accounts.org
where slug ~ '^number-';

-- E4. The app sees to it that an org has an owner; this one has none.
insert into accounts.org (id, slug, name)
values ('019b0000-0000-7000-8000-000000000110', 'ownerless', 'Everybody left');
insert into accounts.org_member (org_id, identity_id, role)
values ('019b0000-0000-7000-8000-000000000110', '019b0000-0000-7000-8000-000000000002', 'member');
insert into accounts.engine (org_id, slug, name)
values ('019b0000-0000-7000-8000-000000000110', 'ownerless004', 'Ownerless');
