-- R12. $1 space, $2 emails, $3 admin, $4 invited_by
select core.create_space_invitation($1::uuid, i.email::public.citext, i.admin, null, i.invited_by)
from unnest($2::text[], $3::boolean[], $4::uuid[]) i (email, admin, invited_by)
