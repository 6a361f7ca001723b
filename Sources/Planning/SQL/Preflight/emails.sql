-- Emails with letters beyond ASCII, as the source's citext compares them.
select i.id, i.email::text as email, pg_catalog.lower(i.email::text) as key
from accounts.identity i
where octet_length(i.email::text) > char_length(i.email::text)
order by i.id
limit 1000
