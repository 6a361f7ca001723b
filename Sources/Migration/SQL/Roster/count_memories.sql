select count(*) as rows from :"schema".memory
