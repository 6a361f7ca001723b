-- Its owner, somebody with a grant who is not in the org (R11), and somebody whose identity is gone (R5).
set search_path = me_charlie00003, public;
insert into "user" (id, name, identity_id, can_login, superuser) values
  ('019b0000-0000-7000-8000-0000000000c1', 'grace', '019b0000-0000-7000-8000-000000000002', true, true),
  ('019b0000-0000-7000-8000-0000000000c2', 'ada', '019b0000-0000-7000-8000-000000000001', true, false),
  ('019b0000-0000-7000-8000-0000000000c3', 'gone', '019b0000-0000-7000-8000-000000000009', true, false);
insert into tree_grant (user_id, tree_path, actions) values
  ('019b0000-0000-7000-8000-0000000000c2', 'notes', '{read}'),
  ('019b0000-0000-7000-8000-0000000000c3', 'notes', '{read}');
