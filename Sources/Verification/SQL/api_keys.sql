select k.id, k.member_id
from core.api_key k
order by k.id
