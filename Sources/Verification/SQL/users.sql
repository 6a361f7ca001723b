select u.id, u.email::text as email, u.name, u.email_verified, u.created_at
from auth.users u
