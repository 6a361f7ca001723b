select m.role_id, m.member_id, m.with_admin_option
from :"schema".role_membership m
