select count(*) as total from :"schema".memory
