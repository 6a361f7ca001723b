-- R4: engines of one owner may run at the same time.
select pg_catalog.pg_advisory_xact_lock(
  pg_catalog.hashtextextended('orchestrator:agents-of:' || $1::uuid::text, 0))
