-- The ledger: one SQLite file for one migration run, kept beside the operator.
--
-- It follows the target, which is right whenever the two disagree. Times are whole microseconds since
-- 1970-01-01 00:00 UTC; uuids are lower-case text; *_json columns hold JSON text. Journal mode (WAL)
-- and synchronous (FULL) belong to each connection and are set and asserted when the file is opened.

PRAGMA application_id = 0x6f726368;  -- "orch": any other file is refused
PRAGMA user_version = 2;             -- a newer one is refused

-- The run. Exactly one row: a second run wants a second ledger.
CREATE TABLE run (
  only                 INTEGER PRIMARY KEY DEFAULT 1 CHECK (only = 1),
  run_id               TEXT    NOT NULL,
  tool_version         TEXT    NOT NULL,
  pack_hash            TEXT    NOT NULL,
  result_settings_json TEXT    NOT NULL CHECK (json_valid(result_settings_json)),
  tuning_settings_json TEXT    NOT NULL CHECK (json_valid(tuning_settings_json)),
  epoch                INTEGER NOT NULL DEFAULT 0,
  state                TEXT    NOT NULL DEFAULT 'planning' CHECK (state IN (
    'planning', 'running', 'interrupted', 'failed', 'complete', 'finishing', 'finished')),
  created_at           INTEGER NOT NULL,
  seen_at              INTEGER NOT NULL,            -- last sign of life of a process that writes
  worked               INTEGER NOT NULL DEFAULT 0   -- microseconds spent in state 'running'
) STRICT;

CREATE TRIGGER run_state BEFORE UPDATE OF state ON run
WHEN OLD.state <> NEW.state AND OLD.state || ' > ' || NEW.state NOT IN (
  'planning > running', 'planning > interrupted',
  'running > planning', 'running > interrupted', 'running > failed', 'running > complete',
  'interrupted > planning', 'interrupted > running',
  'failed > planning', 'failed > running', 'failed > interrupted',
  'complete > planning', 'complete > running', 'complete > interrupted', 'complete > finishing',
  'finishing > finished')
BEGIN SELECT RAISE(ABORT, 'a run may not change its state in this way'); END;

CREATE TRIGGER run_complete BEFORE UPDATE OF state ON run
WHEN NEW.state IN ('complete', 'finishing', 'finished')
  AND EXISTS (SELECT 1 FROM job WHERE state <> 'done')
BEGIN SELECT RAISE(ABORT, 'a run with unfinished jobs is not complete'); END;

CREATE TRIGGER run_fixed BEFORE UPDATE OF only, run_id, pack_hash, created_at ON run
BEGIN SELECT RAISE(ABORT, 'what identifies a run may not change'); END;

-- Of the settings that decide the result, one may be widened: setting rows aside (M4).
CREATE TRIGGER run_settings BEFORE UPDATE OF result_settings_json ON run
WHEN json_remove(NEW.result_settings_json, '$.quarantines')
    IS NOT json_remove(OLD.result_settings_json, '$.quarantines')
  OR coalesce(json_extract(NEW.result_settings_json, '$.quarantines'), 0)
    < coalesce(json_extract(OLD.result_settings_json, '$.quarantines'), 0)
BEGIN SELECT RAISE(ABORT, 'what a run was started with may not change'); END;

CREATE TRIGGER run_sealed BEFORE UPDATE ON run WHEN OLD.state = 'finished'
BEGIN SELECT RAISE(ABORT, 'the run is finished and its ledger sealed'); END;

CREATE TRIGGER run_kept BEFORE DELETE ON run
BEGIN SELECT RAISE(ABORT, 'a ledger may not lose its run'); END;

-- Which three databases the run is bound to. Never a user or a password.
CREATE TABLE database (
  role              TEXT    PRIMARY KEY CHECK (role IN ('accounts', 'shard', 'target')),
  system_identifier TEXT    NOT NULL,
  database_oid      INTEGER NOT NULL,
  timeline          INTEGER NOT NULL,
  address           TEXT    NOT NULL
) STRICT;

-- Every engine of the source, the skipped ones with their reason.
CREATE TABLE engine (
  slug           TEXT    PRIMARY KEY,
  id             TEXT,              -- null: a requested slug that is no engine
  name           TEXT    NOT NULL,
  language       TEXT,
  dimensions     INTEGER,
  state          TEXT    NOT NULL CHECK (state IN (
    'pending', 'running', 'done', 'failed', 'drifted', 'skipped')),
  reason         TEXT,              -- why it was skipped or failed
  expected_rows  INTEGER NOT NULL,
  expected_bytes INTEGER NOT NULL,
  CHECK ((state IN ('failed', 'drifted', 'skipped')) = (reason IS NOT NULL))
) STRICT;

CREATE TRIGGER engine_state BEFORE UPDATE OF state ON engine
WHEN OLD.state <> NEW.state AND OLD.state || ' > ' || NEW.state NOT IN (
  'pending > running', 'pending > done', 'pending > failed', 'pending > skipped',
  'running > done', 'running > failed', 'running > drifted', 'running > pending',
  'done > pending',
  'failed > pending', 'failed > done', 'failed > skipped',
  'drifted > pending', 'drifted > done', 'drifted > skipped',
  'skipped > pending')
BEGIN SELECT RAISE(ABORT, 'an engine may not change its state in this way'); END;

-- Every job of the plan; a reset or a new plan replaces rows, a finished run keeps them for ever.
CREATE TABLE job (
  name           TEXT    PRIMARY KEY,
  engine         TEXT    REFERENCES engine (slug),  -- null: the control plane
  kind           TEXT    NOT NULL CHECK (kind IN (
    'provision', 'identities', 'space', 'memories', 'index', 'roster')),
  generation     INTEGER NOT NULL,
  lo             TEXT,                              -- the ids lo < id <= hi, null: unbounded
  hi             TEXT,
  expected_rows  INTEGER NOT NULL,
  expected_bytes INTEGER NOT NULL,
  state          TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN (
    'pending', 'running', 'done', 'failed')),
  attempts       INTEGER NOT NULL DEFAULT 0,
  rows           INTEGER NOT NULL DEFAULT 0,        -- written, once done
  bytes          INTEGER NOT NULL DEFAULT 0,
  lane           TEXT,                              -- where it last ran
  started_at     INTEGER,                           -- of the last attempt
  finished_at    INTEGER,
  error_sqlstate TEXT,                              -- of the last attempt that failed
  error_message  TEXT,
  error_hint     TEXT,
  CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
) STRICT;

CREATE INDEX job_engine ON job (engine, state);
CREATE INDEX job_running ON job (state) WHERE state = 'running';
CREATE INDEX job_error ON job (engine, started_at) WHERE error_message IS NOT NULL;

-- Sums over the jobs, so that a look at the run costs the same however many of them are done. The
-- triggers below keep them; nothing else writes here.
CREATE TABLE job_sum (
  engine         TEXT    NOT NULL,  -- '': the control plane
  kind           TEXT    NOT NULL,
  state          TEXT    NOT NULL,
  jobs           INTEGER NOT NULL,
  retries        INTEGER NOT NULL,  -- attempts beyond each job's first
  rows           INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,
  expected_rows  INTEGER NOT NULL,
  expected_bytes INTEGER NOT NULL,
  spent          INTEGER NOT NULL,  -- microseconds between start and end
  PRIMARY KEY (engine, kind, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER job_sum_add AFTER INSERT ON job
BEGIN
  INSERT INTO job_sum
  VALUES (
    coalesce(NEW.engine, ''), NEW.kind, NEW.state, 1, max(NEW.attempts - 1, 0), NEW.rows, NEW.bytes,
    NEW.expected_rows, NEW.expected_bytes, coalesce(NEW.finished_at - NEW.started_at, 0))
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, retries = retries + excluded.retries,
    rows = rows + excluded.rows, bytes = bytes + excluded.bytes,
    expected_rows = expected_rows + excluded.expected_rows,
    expected_bytes = expected_bytes + excluded.expected_bytes, spent = spent + excluded.spent;
END;

CREATE TRIGGER job_sum_take AFTER DELETE ON job
BEGIN
  UPDATE job_sum SET jobs = jobs - 1, retries = retries - max(OLD.attempts - 1, 0),
    rows = rows - OLD.rows, bytes = bytes - OLD.bytes,
    expected_rows = expected_rows - OLD.expected_rows,
    expected_bytes = expected_bytes - OLD.expected_bytes,
    spent = spent - coalesce(OLD.finished_at - OLD.started_at, 0)
  WHERE engine = coalesce(OLD.engine, '') AND kind = OLD.kind AND state = OLD.state;
  DELETE FROM job_sum
  WHERE engine = coalesce(OLD.engine, '') AND kind = OLD.kind AND state = OLD.state AND jobs = 0;
END;

CREATE TRIGGER job_sum_move AFTER UPDATE ON job
BEGIN
  INSERT INTO job_sum
  VALUES (
    coalesce(NEW.engine, ''), NEW.kind, NEW.state, 1, max(NEW.attempts - 1, 0), NEW.rows, NEW.bytes,
    NEW.expected_rows, NEW.expected_bytes, coalesce(NEW.finished_at - NEW.started_at, 0))
  ON CONFLICT DO UPDATE SET jobs = jobs + 1, retries = retries + excluded.retries,
    rows = rows + excluded.rows, bytes = bytes + excluded.bytes,
    expected_rows = expected_rows + excluded.expected_rows,
    expected_bytes = expected_bytes + excluded.expected_bytes, spent = spent + excluded.spent;
  UPDATE job_sum SET jobs = jobs - 1, retries = retries - max(OLD.attempts - 1, 0),
    rows = rows - OLD.rows, bytes = bytes - OLD.bytes,
    expected_rows = expected_rows - OLD.expected_rows,
    expected_bytes = expected_bytes - OLD.expected_bytes,
    spent = spent - coalesce(OLD.finished_at - OLD.started_at, 0)
  WHERE engine = coalesce(OLD.engine, '') AND kind = OLD.kind AND state = OLD.state;
  DELETE FROM job_sum
  WHERE engine = coalesce(OLD.engine, '') AND kind = OLD.kind AND state = OLD.state AND jobs = 0;
END;

CREATE TRIGGER job_begin BEFORE INSERT ON job WHEN NEW.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'a job begins as pending'); END;

CREATE TRIGGER job_state BEFORE UPDATE OF state ON job
WHEN OLD.state || ' > ' || NEW.state NOT IN (
  'pending > running', 'pending > done',
  'running > done', 'running > failed', 'running > pending',
  'failed > pending', 'failed > done',
  'done > pending')
BEGIN SELECT RAISE(ABORT, 'a job may not change its state in this way'); END;

CREATE TRIGGER job_sealed_insert BEFORE INSERT ON job
WHEN (SELECT state FROM run) = 'finished'
BEGIN SELECT RAISE(ABORT, 'the run is finished and its ledger sealed'); END;

CREATE TRIGGER job_sealed_update BEFORE UPDATE ON job
WHEN (SELECT state FROM run) = 'finished'
BEGIN SELECT RAISE(ABORT, 'the run is finished and its ledger sealed'); END;

CREATE TRIGGER job_sealed_delete BEFORE DELETE ON job
WHEN (SELECT state FROM run) = 'finished'
BEGIN SELECT RAISE(ABORT, 'the run is finished and its ledger sealed'); END;

-- How far the jobs in flight are; a row lives only while its job is running.
CREATE TABLE progress (
  job     TEXT    PRIMARY KEY REFERENCES job (name) ON DELETE CASCADE,
  rows    INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  phase   TEXT,   -- of an index build, as the server names it
  percent REAL
) STRICT;

CREATE TRIGGER progress_ends AFTER UPDATE OF state ON job WHEN OLD.state = 'running'
BEGIN DELETE FROM progress WHERE job = OLD.name; END;

-- What the operator must hear of although nothing failed.
CREATE TABLE warning (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,  -- first recorded
  rule    TEXT    NOT NULL,
  engine  TEXT,
  row     TEXT,
  message TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX warning_once
ON warning (coalesce(engine, ''), rule, coalesce(row, ''), message);

-- Source rows that the target refuses, complete: personal data, hence the file's mode 0600.
CREATE TABLE rejected_row (
  engine         TEXT NOT NULL,
  id             TEXT NOT NULL,
  constraint_name TEXT NOT NULL,
  row_json       TEXT NOT NULL CHECK (json_valid(row_json)),
  PRIMARY KEY (engine, id)
) STRICT;

-- A copy of the target's facts: what jobs learned that must outlive them.
CREATE TABLE fact (
  job        TEXT NOT NULL,
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  engine     TEXT,
  value_json TEXT NOT NULL CHECK (json_valid(value_json)),
  PRIMARY KEY (job, kind, key)
) STRICT;

CREATE INDEX fact_engine ON fact (engine);

-- Everything that happened, append-only. No committed job was ever copied again exactly if no
-- 'started' follows a 'committed' or 'found' of the same job and generation without a 'lost' between.
CREATE TABLE event (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,  -- of the process that wrote it
  kind       TEXT    NOT NULL,
  engine     TEXT,
  job        TEXT,
  generation INTEGER,
  rows       INTEGER,
  bytes      INTEGER,
  detail     TEXT
) STRICT;

CREATE INDEX event_engine ON event (engine);
CREATE INDEX event_job ON event (job, generation, id);
CREATE INDEX event_committed ON event (at, engine, bytes) WHERE kind = 'committed';

CREATE TRIGGER event_no_overwrite BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;

CREATE TRIGGER event_sealed BEFORE INSERT ON event
WHEN (SELECT state FROM run) = 'finished'
BEGIN SELECT RAISE(ABORT, 'the run is finished and its ledger sealed'); END;
