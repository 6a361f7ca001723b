-- Rows that are gone, and the old versions of rows that are written again: an update would fire the app's
-- trigger, which touches `updated_at`.
delete from :"schema".memory where id = any (:'ids'::uuid[])
