-- Its owner, and the agent that alpha has, too.
set search_path = me_bravobravo02, public;
insert into "user" (id, name, identity_id, can_login, superuser) values
  ('019b0000-0000-7000-8000-0000000000b1', 'ada', '019b0000-0000-7000-8000-000000000001', true, true),
  ('019b0000-0000-7000-8000-0000000000b5', 'claude-code', null, true, false);
insert into tree_grant (user_id, tree_path, actions) values
  ('019b0000-0000-7000-8000-0000000000b5', 'notes', '{read}');
