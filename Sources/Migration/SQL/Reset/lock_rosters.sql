-- Until the transaction ends, nobody writes to the space or to any roster: what is checked now is what is
-- removed.
lock table :"schema".memory, core.space, core.principal, core.principal_space, core.group_member,
  core.tree_access, core.space_invitation, core.api_key in share row exclusive mode
