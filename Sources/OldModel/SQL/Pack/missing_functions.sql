-- The functions of the app's public interface that build rosters.
select f.signature
from (values
  ('core.create_user(uuid,text)'),
  ('core.create_space(text,text,text)'),
  ('core.create_group(uuid,text,uuid)'),
  ('core.create_agent(uuid,text,uuid)'),
  ('core.add_principal_to_space(uuid,uuid,boolean)'),
  ('core.add_group_member(uuid,uuid,uuid,boolean)'),
  ('core.grant_tree_access(uuid,uuid,public.ltree,integer)'),
  ('core.create_space_invitation(uuid,public.citext,boolean,integer,uuid)'),
  ('core.delete_space(text)'),
  ('core.build_tree_access(uuid,uuid)'),
  ('core.is_principal_space_admin(uuid,uuid)')
) f (signature)
where pg_catalog.to_regprocedure(f.signature) is null
