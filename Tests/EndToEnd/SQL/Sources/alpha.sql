-- Its owner; a member who is in a role with a grant; an agent that bravo shares, and one of its own.
set search_path = me_alphaalpha01, public;
insert into "user" (id, name, identity_id, can_login, superuser) values
  ('019b0000-0000-7000-8000-0000000000a1', 'ada', '019b0000-0000-7000-8000-000000000001', true, true),
  ('019b0000-0000-7000-8000-0000000000a3', 'mary', '019b0000-0000-7000-8000-000000000003', true, false),
  ('019b0000-0000-7000-8000-0000000000a4', 'engineers', null, false, false),
  ('019b0000-0000-7000-8000-0000000000a5', 'claude-code', null, true, false),
  ('019b0000-0000-7000-8000-0000000000a6', 'alpha-only', null, true, false);
insert into role_membership (role_id, member_id) values
  ('019b0000-0000-7000-8000-0000000000a4', '019b0000-0000-7000-8000-0000000000a3');
insert into tree_grant (user_id, tree_path, actions) values
  ('019b0000-0000-7000-8000-0000000000a4', 'team', '{read}'),
  ('019b0000-0000-7000-8000-0000000000a5', 'work', '{read,create,update,delete}'),
  ('019b0000-0000-7000-8000-0000000000a6', 'work.café', '{read}');
insert into tree_owner (tree_path, user_id) values
  ('personal', '019b0000-0000-7000-8000-0000000000a3');
