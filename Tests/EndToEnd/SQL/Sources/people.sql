-- Three people, two orgs, four engines, of which one is deleted. Ids end in what they are: 0… people,
-- 1… orgs, 2… engines.
insert into accounts.identity (id, email, name, created_at) values
  ('019b0000-0000-7000-8000-000000000001', 'Ada@Example.org', 'Ada', '2025-01-01 00:00:00.000001+00'),
  ('019b0000-0000-7000-8000-000000000002', 'grace@example.org', 'Grace', '2025-01-02 00:00:00+00'),
  ('019b0000-0000-7000-8000-000000000003', 'mary@example.org', 'Mary', '2025-01-03 00:00:00+00');
insert into accounts.oauth_account (identity_id, provider, provider_account_id, access_token, created_at)
select id, 'github', 'gh-' || name, 'sealed', created_at from accounts.identity;
insert into accounts.session (identity_id, token_hash, expires_at, created_at) values
  ('019b0000-0000-7000-8000-000000000001', '\x01', '2099-01-01', '2025-06-01'),
  ('019b0000-0000-7000-8000-000000000002', '\x02', '2025-01-01', '2024-06-01');
insert into accounts.org (id, slug, name) values
  ('019b0000-0000-7000-8000-000000000011', 'ada', 'Ada''s org'),
  ('019b0000-0000-7000-8000-000000000012', 'grace', 'Grace''s org');
insert into accounts.org_member (org_id, identity_id, role) values
  ('019b0000-0000-7000-8000-000000000011', '019b0000-0000-7000-8000-000000000001', 'owner'),
  ('019b0000-0000-7000-8000-000000000011', '019b0000-0000-7000-8000-000000000003', 'member'),
  ('019b0000-0000-7000-8000-000000000012', '019b0000-0000-7000-8000-000000000002', 'owner');
insert into accounts.engine (id, org_id, slug, name, status) values
  ('019b0000-0000-7000-8000-000000000021', '019b0000-0000-7000-8000-000000000011', 'alphaalpha01', 'Alpha', 'active'),
  ('019b0000-0000-7000-8000-000000000022', '019b0000-0000-7000-8000-000000000011', 'bravobravo02', 'Bravo', 'active'),
  ('019b0000-0000-7000-8000-000000000023', '019b0000-0000-7000-8000-000000000012', 'charlie00003', 'Charlie', 'active'),
  ('019b0000-0000-7000-8000-000000000024', '019b0000-0000-7000-8000-000000000012', 'deltadelta04', 'Delta', 'deleted');
