-- R4: engines of one owner may run at the same moment.
select pg_catalog.pg_advisory_xact_lock(
  pg_catalog.hashtextextended('orchestrator:agents-of:' || $1::uuid::text, 0))
