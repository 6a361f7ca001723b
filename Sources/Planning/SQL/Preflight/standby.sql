-- The state of a standby: bytes received and not yet replayed, and settings that protect long queries from
-- replay.
select
  coalesce(
    pg_catalog.pg_wal_lsn_diff(
      pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()), 0)::bigint
    as bytes_behind,
  extract(epoch from pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp())::bigint
    as replayed_seconds_ago,
  pg_catalog.pg_is_wal_replay_paused() as is_paused,
  current_setting('hot_standby_feedback') as feedback,
  current_setting('max_standby_streaming_delay') as delay
