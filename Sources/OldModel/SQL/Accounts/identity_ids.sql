select i.id from accounts.identity i
