select i.id from accounts.identity i
where i.id = any($1::uuid[])
