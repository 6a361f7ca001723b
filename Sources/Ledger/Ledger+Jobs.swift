import Foundation
import GRDB
import JobModel

extension Ledger {
  /// A job was handed to `lane`: counts the attempt. Its engine becomes `running` if it was pending.
  package func markRunning(_ job: JobName, lane: String) async throws(LedgerError) {
    try await write("mark \(job) running") { db, time in
      try db.change(
        job,
        """
        UPDATE job SET state = 'running', attempts = attempts + 1, lane = ?, started_at = ?,
          finished_at = NULL
        """, [lane, time.microseconds])
      try db.run(
        "UPDATE engine SET state = 'running' WHERE slug = ? AND state = 'pending'", [job.engine])
      try db.append(.started, job: job, at: time, detail: lane)
    }
  }

  /// A job's mark is committed in the target. Its engine becomes `done` with the last one.
  package func markDone(_ job: JobName, rows: Int, bytes: Int) async throws(LedgerError) {
    try await write("mark \(job) done") { db, time in
      try db.finish(job, as: .committed, rows: rows, bytes: bytes, at: time)
      if let engine = job.engine { try db.completeEngine(engine) }
    }
  }

  /// A job gave up with a permanent error. Its engine becomes `outcome`, `failed` or `drifted`, unless it
  /// failed before; the first reason stays.
  package func markFailed(
    _ job: JobName, _ failure: RecordedFailure, engineBecomes outcome: EngineState = .failed
  ) async throws(LedgerError) {
    try await write("mark \(job) failed") { db, time in
      try db.change(
        job, "UPDATE job SET state = 'failed', finished_at = ?", [time.microseconds])
      try db.note(failure, of: job)
      try db.append(.failed, job: job, at: time, detail: failure.message)
      guard let engine = job.engine else { return }
      try db.run(
        "UPDATE engine SET state = ?, reason = ? WHERE slug = ? AND state IN ('pending', 'running')",
        [outcome.rawValue, failure.message, engine])
      if db.changesCount > 0 {
        let kind = outcome == .drifted ? LedgerEvent.Kind.drifted : .engineFailed
        try db.append(kind, engine: engine, at: time, detail: failure.message)
      }
    }
  }

  /// A running job ended without a mark and is to run again: after a transient failure, or, where that is
  /// nil, because we stop.
  package func markPending(_ job: JobName, after failure: RecordedFailure?)
    async throws(LedgerError)
  {
    try await write("mark \(job) pending") { db, time in
      try db.change(job, "UPDATE job SET state = 'pending'", [])
      if let failure {
        try db.note(failure, of: job)
        try db.append(.retried, job: job, at: time, detail: failure.message)
      } else {
        try db.append(.abandoned, job: job, at: time)
      }
    }
  }

  /// Makes failed jobs and their engines pending again, as `resume` does unless told otherwise. The control
  /// plane's jobs are tried again in any case: without them no engine can be published.
  ///
  /// - Parameter engines: false leaves the engines that failed, and their jobs, as they are.
  package func retryFailed(engines: Bool) async throws(LedgerError) {
    try await write("set failed jobs pending") { db, _ in
      try db.run(
        """
        UPDATE job SET state = 'pending', finished_at = NULL
        WHERE state = 'failed' AND (? OR engine IS NULL)
        """, [engines])
      if engines {
        try db.run(
          "UPDATE engine SET state = 'pending', reason = NULL WHERE state IN ('failed', 'drifted')")
      }
      try db.followJobs()
    }
  }

  /// An engine cannot go on, or is not what its jobs left, though none of them is at work: its reason says
  /// why. `resume` looks again.
  package func failEngine(_ slug: String, reason: String) async throws(LedgerError) {
    try await write("note that \(slug) failed") { db, time in
      try db.run("UPDATE engine SET state = 'pending' WHERE slug = ? AND state = 'done'", [slug])
      try db.run(
        """
        UPDATE engine SET state = 'failed', reason = ?
        WHERE slug = ? AND state IN ('pending', 'running')
        """, [reason, slug])
      try db.append(.engineFailed, engine: slug, at: time, detail: reason)
    }
  }

  /// How far running jobs are, and a sign of life of the run; called about once a second. Jobs that are
  /// no longer running are passed over.
  package func recordProgress(_ progress: [JobName: JobProgress]) async throws(LedgerError) {
    try await write("record progress") { db, time in
      for (job, progress) in progress {
        try db.run(
          """
          INSERT INTO progress SELECT name, ?, ?, ?, ? FROM job WHERE name = ? AND state = 'running'
          ON CONFLICT DO UPDATE SET rows = excluded.rows, bytes = excluded.bytes,
            phase = excluded.phase, percent = excluded.percent
          """,
          [progress.rows, progress.bytes, progress.phase, progress.percent, job.description])
      }
      try db.run(
        """
        UPDATE run SET seen_at = ?1,
          worked = worked + CASE state WHEN 'running' THEN max(0, ?1 - seen_at) ELSE 0 END
        """, [time.microseconds])
    }
  }

  /// Jobs in the order of the plan, all or one engine's.
  package func jobs(engine: String? = nil) async throws(LedgerError) -> [JobRecord] {
    try await read("read the jobs") { db, _ in
      let filter = engine == nil ? "" : "WHERE job.engine = ?"
      return try db.jobRecords(filter, engine.map { [$0] } ?? StatementArguments())
    }
  }
}

extension Database {
  func jobRecords(
    _ filter: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> [JobRecord] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT \(JobRecord.columns) FROM job LEFT JOIN progress ON progress.job = job.name
        \(filter) ORDER BY job.rowid
        """, arguments: arguments)
    return try rows.map(JobRecord.init(row:))
  }

  /// Runs `update`, an UPDATE of job without its WHERE, for one job that must be there.
  func change(_ job: JobName, _ update: String, _ arguments: StatementArguments) throws {
    try run(update + " WHERE name = ?", arguments + [job.description])
    guard changesCount == 1 else {
      throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "the job is not in the plan")
    }
  }

  func finish(
    _ job: JobName, as kind: LedgerEvent.Kind, rows: Int, bytes: Int, at time: Date
  ) throws {
    // When a found one ended nobody knows: it has no duration.
    try change(
      job,
      """
      UPDATE job SET state = 'done', rows = ?, bytes = ?, finished_at = ?
        \(kind == .found ? ", started_at = NULL" : "")
      """, [rows, bytes, time.microseconds])
    try append(kind, job: job, at: time, rows: rows, bytes: bytes)
  }

  fileprivate func note(_ failure: RecordedFailure, of job: JobName) throws {
    try change(
      job, "UPDATE job SET error_sqlstate = ?, error_message = ?, error_hint = ?",
      [failure.sqlState, failure.message, failure.hint])
  }

  /// Done is what has published, by its roster, and has nothing left to do.
  private static let completeEngines = """
    UPDATE engine SET state = 'done', reason = NULL
    WHERE state <> 'done'
      AND EXISTS (SELECT 1 FROM job WHERE name = slug || '/roster' AND state = 'done')
      AND NOT EXISTS (
        SELECT 1 FROM job WHERE engine = slug AND state IN ('pending', 'running', 'failed'))
    """

  fileprivate func completeEngine(_ slug: String) throws {
    try run(Self.completeEngines + " AND slug = ?", [slug])
  }

  /// Derives an engine's state, or that of every engine, from its jobs again; a failure and its reason stay.
  /// A skipped engine that has jobs takes part after all: a ledger that is older than the target may say
  /// otherwise. A complete run that has something to do is interrupted.
  func followJobs(of engine: String? = nil) throws {
    let filter = engine == nil ? "" : " AND slug = ?"
    let arguments = engine.map { [$0] } ?? StatementArguments()
    try run(
      """
      UPDATE engine SET state = 'pending', reason = NULL
      WHERE state = 'skipped' AND EXISTS (SELECT 1 FROM job WHERE engine = slug)
      """ + filter, arguments)
    try run(Self.completeEngines + filter, arguments)
    try run(
      """
      UPDATE engine SET state = 'pending' WHERE state = 'done'
        AND EXISTS (
          SELECT 1 FROM job WHERE engine = slug AND job.state IN ('pending', 'running', 'failed'))
      """ + filter, arguments)
    let hasBegun =
      "EXISTS (SELECT 1 FROM job WHERE engine = slug AND job.state IN ('running', 'done'))"
    try run(
      "UPDATE engine SET state = 'pending' WHERE state = 'running' AND NOT \(hasBegun)" + filter,
      arguments)
    try run(
      "UPDATE engine SET state = 'running' WHERE state = 'pending' AND \(hasBegun)" + filter,
      arguments)
    try run(
      """
      UPDATE run SET state = 'interrupted'
      WHERE state = 'complete' AND EXISTS (
        SELECT 1 FROM job WHERE state IN ('pending', 'running', 'failed'))
      """)
  }
}
