select core.create_space($1, $2, $3) as id
