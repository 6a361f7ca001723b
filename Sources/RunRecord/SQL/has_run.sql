select pg_catalog.to_regclass('orchestrator.run') is not null as has_run
