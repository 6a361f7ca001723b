-- The state of a standby, and the settings that protect long queries from replay. A role that may not read
-- all statistics sees of the receiver only that it is connected.
-- $1 the end of what was received at an earlier look; with null, of what is received by now
with receiver as (
  select
    coalesce(
      $1::pg_catalog.pg_lsn,
      greatest(pg_catalog.pg_last_wal_receive_lsn(), (
        select r.latest_end_lsn from pg_catalog.pg_stat_wal_receiver r))) as received,
    exists (
      select from pg_catalog.pg_stat_wal_receiver r
      where r.status is null or r.status = 'streaming') as is_streaming
)
select
  r.received, r.is_streaming,
  greatest(
    0, pg_catalog.pg_wal_lsn_diff(r.received, pg_catalog.pg_last_wal_replay_lsn()))::bigint
    as bytes_behind,
  extract(epoch from pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp())::bigint
    as replayed_seconds_ago,
  pg_catalog.pg_is_wal_replay_paused() as is_paused,
  current_setting('hot_standby_feedback') = 'on'
    or current_setting('max_standby_streaming_delay') = '-1' as is_protected
from receiver r
