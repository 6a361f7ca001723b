select
  pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) as maintenance_bytes,
  pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) as shared_buffers_bytes,
  pg_catalog.current_setting('max_parallel_maintenance_workers')::integer as workers
