-- Users, roles and rights of every kind that the rules tell apart. Ids end in what they are: a… logins, of
-- which a5 and a6 are service users; b… roles.
set search_path = me_rulesrules06, public;
insert into "user" (id, name, identity_id, can_login, superuser) values
  ('019b0000-0000-7000-8000-0000000000a1', 'ada', '019b0000-0000-7000-8000-000000000001', true, false),
  ('019b0000-0000-7000-8000-0000000000a2', 'grace', '019b0000-0000-7000-8000-000000000002', true, false),
  -- R2: both are Mary.
  ('019b0000-0000-7000-8000-0000000000a3', 'mary', '019b0000-0000-7000-8000-000000000003', true, false),
  ('019b0000-0000-7000-8000-0000000000a4', 'mary-laptop', '019b0000-0000-7000-8000-000000000003', true, false),
  ('019b0000-0000-7000-8000-0000000000a5', 'coder', null, true, false),
  -- R7: an agent and a group that may do everything.
  ('019b0000-0000-7000-8000-0000000000a6', 'gardener', null, true, true),
  ('019b0000-0000-7000-8000-0000000000b1', 'operators', null, false, true),
  ('019b0000-0000-7000-8000-0000000000b2', 'engineers', null, false, false),
  ('019b0000-0000-7000-8000-0000000000b3', 'staff', null, false, false),
  ('019b0000-0000-7000-8000-0000000000b4', 'everyone', null, false, false),
  ('019b0000-0000-7000-8000-0000000000b5', 'red', null, false, false),
  ('019b0000-0000-7000-8000-0000000000b6', 'blue', null, false, false);

insert into tree_grant (id, user_id, tree_path, actions) values
  ('019b0000-0000-7000-8000-0000000000c1', '019b0000-0000-7000-8000-0000000000a3', 'notes', '{read}'),
  ('019b0000-0000-7000-8000-0000000000c2', '019b0000-0000-7000-8000-0000000000a4', 'notes', '{update}'),
  ('019b0000-0000-7000-8000-0000000000c3', '019b0000-0000-7000-8000-0000000000b4', 'news', '{read}'),
  ('019b0000-0000-7000-8000-0000000000c4', '019b0000-0000-7000-8000-0000000000b6', 'sky', '{read}');
insert into tree_owner (tree_path, user_id) values
  ('shared', '019b0000-0000-7000-8000-0000000000a2'),
  ('laptop', '019b0000-0000-7000-8000-0000000000a4');

-- R10.
insert into role_membership (role_id, member_id, with_admin_option) values
  -- Everyone holds staff, and staff the engineers, whose own admin option no group can have.
  ('019b0000-0000-7000-8000-0000000000b4', '019b0000-0000-7000-8000-0000000000b3', false),
  ('019b0000-0000-7000-8000-0000000000b3', '019b0000-0000-7000-8000-0000000000b2', true),
  -- Mary is the engineers' admin by one of her users, the staff's by the other, everyone's by none.
  ('019b0000-0000-7000-8000-0000000000b2', '019b0000-0000-7000-8000-0000000000a3', true),
  ('019b0000-0000-7000-8000-0000000000b2', '019b0000-0000-7000-8000-0000000000a4', false),
  ('019b0000-0000-7000-8000-0000000000b3', '019b0000-0000-7000-8000-0000000000a4', true),
  -- An agent is nobody's admin.
  ('019b0000-0000-7000-8000-0000000000b2', '019b0000-0000-7000-8000-0000000000a5', true),
  -- Red and blue are members of each other; Grace is red, as its admin.
  ('019b0000-0000-7000-8000-0000000000b5', '019b0000-0000-7000-8000-0000000000b6', false),
  ('019b0000-0000-7000-8000-0000000000b6', '019b0000-0000-7000-8000-0000000000b5', false),
  ('019b0000-0000-7000-8000-0000000000b5', '019b0000-0000-7000-8000-0000000000a2', true),
  -- Grace, a login, is a role, of which Mary is a member: she gets what Grace has herself.
  ('019b0000-0000-7000-8000-0000000000a2', '019b0000-0000-7000-8000-0000000000a3', false);
