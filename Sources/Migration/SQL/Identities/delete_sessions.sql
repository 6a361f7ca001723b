-- I7. $1 token hashes in hexadecimal
delete from auth.sessions s
using unnest($1::text[]) g (token_hash)
where s.token_hash = pg_catalog.decode(g.token_hash, 'hex')
