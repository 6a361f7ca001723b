-- Fills one small engine: its owner, an agent with a grant, and memories. psql variables: schema,
-- identity, rows, dimensions.
begin;
set local search_path = :"schema", public;
insert into "user" (name, identity_id, superuser) values ('owner@example.org', :'identity', true);
insert into "user" (id, name)
values ('01900000-0000-7000-a000-000000000001', 'claude-code');
insert into tree_grant (user_id, tree_path, actions)
values ('01900000-0000-7000-a000-000000000001', 'work', '{read}');
insert into memory (meta, tree, content, embedding)
select jsonb_build_object('n', n), 'work.notes', repeat('a small memory ', 10 + n % 40),
  (select array_agg(sin(n * d)) from generate_series(1, :dimensions) d)::real[]::halfvec
from generate_series(1, :rows) n;
commit;
