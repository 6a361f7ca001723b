-- One org with one engine, for the rules about people: an owner, an admin and a member, and invitations of
-- every kind. Ids end in what they are: 0… people, 1… orgs, 2… engines, 3… invitations.
insert into accounts.identity (id, email, name) values
  ('019b0000-0000-7000-8000-000000000001', 'ada@example.org', 'Ada'),
  ('019b0000-0000-7000-8000-000000000002', 'grace@example.org', 'Grace'),
  ('019b0000-0000-7000-8000-000000000003', 'mary@example.org', 'Mary');
insert into accounts.org (id, slug, name) values
  ('019b0000-0000-7000-8000-000000000011', 'ada', 'Ada''s org');
insert into accounts.org_member (org_id, identity_id, role) values
  ('019b0000-0000-7000-8000-000000000011', '019b0000-0000-7000-8000-000000000001', 'owner'),
  ('019b0000-0000-7000-8000-000000000011', '019b0000-0000-7000-8000-000000000002', 'admin'),
  ('019b0000-0000-7000-8000-000000000011', '019b0000-0000-7000-8000-000000000003', 'member');
insert into accounts.engine (id, org_id, slug, name) values
  ('019b0000-0000-7000-8000-000000000021', '019b0000-0000-7000-8000-000000000011', 'rulesrules06', 'Rules');

-- R12. Nobody has the identity of the last one's inviter any more.
alter table accounts.invitation drop constraint invitation_invited_by_fkey;
insert into accounts.invitation (id, org_id, email, role, invited_by, token_hash, expires_at, accepted_at) values
  ('019b0000-0000-7000-8000-000000000031', '019b0000-0000-7000-8000-000000000011', 'owner-to-be@example.org', 'owner', '019b0000-0000-7000-8000-000000000001', '\x31', '2099-01-01', null),
  ('019b0000-0000-7000-8000-000000000032', '019b0000-0000-7000-8000-000000000011', 'Admin-to-be@example.org', 'admin', '019b0000-0000-7000-8000-000000000002', '\x32', '2099-01-01', null),
  ('019b0000-0000-7000-8000-000000000033', '019b0000-0000-7000-8000-000000000011', 'expired@example.org', 'admin', '019b0000-0000-7000-8000-000000000001', '\x33', '2025-01-01', null),
  ('019b0000-0000-7000-8000-000000000034', '019b0000-0000-7000-8000-000000000011', 'mary@example.org', 'member', '019b0000-0000-7000-8000-000000000001', '\x34', '2099-01-01', '2025-01-01'),
  ('019b0000-0000-7000-8000-000000000035', '019b0000-0000-7000-8000-000000000011', 'member-to-be@example.org', 'member', '019b0000-0000-7000-8000-000000000009', '\x35', '2099-01-01', null);
