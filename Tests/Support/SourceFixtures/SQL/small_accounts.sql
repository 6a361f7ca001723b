-- As many people, orgs and engines as the psql variable engines says: one of each for each other.
-- Their ids and slugs end in their number.
begin;
insert into accounts.identity (id, email, name)
select format('01900000-0000-7000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid,
  format('person%s@example.org', n), format('Person %s', n)
from generate_series(1, :engines) n;

insert into accounts.org (id, slug, name)
select format('01900000-0000-7000-9000-%s', lpad(to_hex(n), 12, '0'))::uuid, format('org%s', n),
  format('Org %s', n)
from generate_series(1, :engines) n;

insert into accounts.org_member (org_id, identity_id, role)
select format('01900000-0000-7000-9000-%s', lpad(to_hex(n), 12, '0'))::uuid,
  format('01900000-0000-7000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid, 'owner'
from generate_series(1, :engines) n;

insert into accounts.engine (org_id, slug, name)
select format('01900000-0000-7000-9000-%s', lpad(to_hex(n), 12, '0'))::uuid,
  format('small%s', lpad(n::text, 7, '0')), 'Memory'
from generate_series(1, :engines) n;
commit;
