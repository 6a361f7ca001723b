select e.id, e.org_id, e.slug, e.name, e.status, e.language
from accounts.engine e
order by e.slug
