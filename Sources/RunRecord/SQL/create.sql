-- Everything that must be consistent with the migrated data. `finish` drops it.
create schema orchestrator;

-- One row: the run to which this target belongs, and its writer. Every job's first statement reads it
-- FOR SHARE, so an UPDATE of it waits for all jobs in flight.
create table orchestrator.run (
  singleton boolean primary key default true check (singleton),
  run_id uuid not null,
  epoch bigint not null,
  instance uuid not null,
  place jsonb not null,
  tool_version text not null,
  settings jsonb not null,
  pack_hash text not null,
  -- The three databases as the run began with them.
  databases jsonb not null,
  is_finishing boolean not null default false,
  started_at timestamptz not null default now()
);

-- Beside `run`, because an update there would wait for every job in flight.
create table orchestrator.heartbeat (
  instance uuid primary key,
  at timestamptz not null
);

create table orchestrator.plan (
  job text primary key,
  engine text,
  generation integer not null,
  lo uuid,
  hi uuid,
  expected_rows bigint not null,
  expected_bytes bigint not null
);
create index on orchestrator.plan (engine);

-- Inserted by its job's first statement: it exists exactly when the job's work is committed.
create table orchestrator.mark (
  job text primary key,
  generation integer not null,
  epoch bigint not null,
  lo uuid,
  hi uuid,
  rows bigint not null,
  fingerprint text,
  at timestamptz not null default clock_timestamp()
);

-- The transactions of this run's jobs. A row with another xmin was written by people.
create table orchestrator.writer (
  xid xid8 primary key
);

-- Results of jobs that must not get lost between the commits in the target and in the ledger; and which
-- users, accounts and sessions they have created (by digests), so that nobody's leaving is undone.
create table orchestrator.fact (
  engine text not null default '',
  kind text not null,
  key text not null,
  job text not null,
  value jsonb not null,
  primary key (engine, kind, key)
);
