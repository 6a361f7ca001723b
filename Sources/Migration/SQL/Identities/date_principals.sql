-- I1. $1 id, $2 created_at: arrays of the same length
update core.principal p
set created_at = u.created_at
from unnest($1::uuid[], $2::timestamptz[]) u (id, created_at)
where p.id = u.id and p.kind = 'u'
