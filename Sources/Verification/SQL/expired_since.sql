-- The times of $1 that have passed since the run began, $2 seconds ago, by this server's clock.
select t.time
from pg_catalog.unnest($1::text[]) t (time)
where t.time::timestamptz <= pg_catalog.now()
  and t.time::timestamptz
    > pg_catalog.now() - pg_catalog.make_interval(secs => $2::double precision)
