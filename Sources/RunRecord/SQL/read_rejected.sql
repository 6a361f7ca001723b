-- M4. The page of rows set aside that follows engine $1 and id $2; with null, the first. At most $3 rows, and
-- none after those that reach $4 bytes. In the ledger's order, whatever the database's collation is.
select p.engine, p.key as id, p.value ->> 'constraint' as constraint, p.value -> 'row' as row
from (
  select f.engine, f.key, f.value,
    sum(pg_catalog.pg_column_size(f.value)) over (order by f.engine collate "C", f.key collate "C")
      - pg_catalog.pg_column_size(f.value) as before
  from (
    select f.engine, f.key, f.value
    from orchestrator.fact f
    where f.kind = 'rejected'
      and ($1::text is null or (f.engine collate "C", f.key collate "C") > ($1::text, $2::text))
    order by f.engine collate "C", f.key collate "C"
    limit $3
  ) f
) p
where p.before < $4
order by p.engine collate "C", p.key collate "C"
