import Foundation
import GRDB
import JobModel

extension Ledger {
  /// The state of everything, for `status`; what it costs grows with the engines, the warnings and the
  /// rows set aside, not with the jobs. `window` is the time over which the rate is taken.
  package func snapshot(
    window: Duration = .seconds(30)
  ) async throws(LedgerError) -> LedgerSnapshot {
    try await read("read the state") { db, time in
      let run = try db.ledgerRun()
      let groups = try db.jobGroups()
      let rates = try db.flows(window: window, at: time).bytesPerSecond(window: window, now: time)
      return LedgerSnapshot(
        takenAt: time, run: run, databases: try db.fingerprints(),
        engines: try db.engineStatuses(groups, rates: rates),
        controlPlane: try db.jobRecords("WHERE job.engine IS NULL"),
        kinds: groups.reduce(into: [:]) { $0[$1.kind, default: KindTotals()].add($1) },
        warnings: try db.count("warning"), rejectedRows: try db.count("rejected_row"),
        lastPass: try db.passes(last: 1).first,
        bytesPerSecond: rates.values.reduce(0, +),
        bytesPerSecondWorked: try db.bytesPerSecond(over: run.worked),
        stopReason: try db.stopReason(of: run))
    }
  }
}

/// The jobs of one engine, kind and state, summed.
private struct JobGroup {
  var engine: String?
  var kind: JobKind
  var state: JobState
  var jobs: Int
  var retries: Int
  var rows: Int
  var bytes: Int
  var expectedRows: Int
  var expectedBytes: Int
  var microsecondsSpent: Int64

  init(row: Row) throws {
    engine = row["engine"]
    kind = try decoded(row["kind"], "job.kind", JobKind.init)
    state = try decoded(row["state"], "job.state", JobState.init)
    jobs = row["jobs"]
    retries = row["retries"]
    rows = row["rows"]
    bytes = row["bytes"]
    expectedRows = row["expected_rows"]
    expectedBytes = row["expected_bytes"]
    microsecondsSpent = row["spent"]
  }
}

extension Database {
  /// Of the latest stop, which may have been before the process that is at work.
  fileprivate func stopReason(of run: LedgerRun) throws -> String? {
    guard run.state == .interrupted || run.state == .failed else { return nil }
    return try String.fetchOne(
      self,
      sql: """
        SELECT detail FROM event WHERE kind IN ('interrupted', 'failedRun') ORDER BY id DESC LIMIT 1
        """)
  }

  fileprivate func jobGroups() throws -> [JobGroup] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT nullif(engine, '') AS engine, kind, state, jobs, retries, rows, bytes, expected_rows,
          expected_bytes, spent
        FROM job_sum
        """)
    return try rows.map(JobGroup.init(row:))
  }

  /// What was committed within the window, and what is in flight.
  fileprivate func flows(window: Duration, at time: Date) throws -> [ByteFlow] {
    let start = time.addingTimeInterval(-(window / .seconds(1)))
    // A job that was reset and begun again since has lost the beginning of what it committed.
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT event.engine, event.bytes, min(coalesce(job.started_at, event.at), event.at) AS began,
          event.at AS ended
        FROM event LEFT JOIN job ON job.name = event.job
        WHERE event.kind = 'committed' AND event.at > ?1 AND event.bytes > 0
        UNION ALL
        SELECT job.engine, progress.bytes, job.started_at, ?2
        FROM progress JOIN job ON job.name = progress.job WHERE progress.bytes > 0
        """, arguments: [start.microseconds, time.microseconds])
    return rows.map { row in
      ByteFlow(
        engine: row["engine"], bytes: row["bytes"], began: Date(microseconds: row["began"]),
        ended: Date(microseconds: row["ended"]))
    }
  }

  /// Over all that this ledger's processes have committed.
  fileprivate func bytesPerSecond(over worked: Duration) throws -> Double {
    let seconds = worked / .seconds(1)
    guard seconds >= 1 else { return 0 }
    let bytes = try Int.fetchOne(
      self, sql: "SELECT coalesce(sum(bytes), 0) FROM event WHERE kind = 'committed'")
    return Double(bytes ?? 0) / seconds
  }

  fileprivate func engineStatuses(
    _ groups: [JobGroup], rates: [String?: Double]
  ) throws -> [EngineStatus] {
    let groups = Dictionary(grouping: groups, by: \.engine)
    let running = Dictionary(
      grouping: try jobRecords("WHERE job.state = 'running'"), by: \.job.name.engine)
    let warnings = try countsByEngine("warning")
    let rejectedRows = try countsByEngine("rejected_row")
    let failures = try lastFailures()
    return try engines().map { engine in
      let slug = engine.slug
      return EngineStatus(
        engine: engine, groups: groups[slug] ?? [], running: running[slug] ?? [],
        warnings: warnings[slug] ?? 0, rejectedRows: rejectedRows[slug] ?? 0,
        bytesPerSecond: rates[slug] ?? 0, lastFailure: failures[slug])
    }
  }

  private func lastFailures() throws -> [String: RecordedFailure] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT job.engine, error_sqlstate, error_message, error_hint
        FROM engine CROSS JOIN job ON job.rowid = (
          SELECT rowid FROM job WHERE engine = slug AND error_message IS NOT NULL
          ORDER BY started_at DESC LIMIT 1)
        """)
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in
        RecordedFailure(row: row).map { (row["engine"], $0) }
      })
  }

  private func countsByEngine(_ table: String) throws -> [String: Int] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT engine, count(*) AS found FROM \(table) WHERE engine IS NOT NULL GROUP BY engine
        """)
    return Dictionary(uniqueKeysWithValues: rows.map { ($0["engine"], $0["found"]) })
  }

  fileprivate func count(_ table: String) throws -> Int {
    try Int.fetchOne(self, sql: "SELECT count(*) FROM \(table)") ?? 0
  }
}

extension EngineStatus {
  fileprivate init(
    engine: EngineRecord, groups: [JobGroup], running: [JobRecord], warnings: Int,
    rejectedRows: Int, bytesPerSecond: Double, lastFailure: RecordedFailure?
  ) {
    self.engine = engine
    self.running = running
    self.warnings = warnings
    self.rejectedRows = rejectedRows
    self.bytesPerSecond = bytesPerSecond
    self.lastFailure = lastFailure
    let unfinished = groups.filter { $0.state != .done }.map(\.kind)
    phase = first(of: running.map(\.job.name.kind)) ?? first(of: unfinished)
    jobsTotal = groups.map(\.jobs).reduce(0, +)
    jobsDone = groups.filter { $0.state == .done }.map(\.jobs).reduce(0, +)
    retries = groups.map(\.retries).reduce(0, +)
    addMemories(groups.filter { $0.kind == .memories })
  }

  private mutating func addMemories(_ groups: [JobGroup]) {
    for group in groups {
      rowsTotal += group.state == .done ? group.rows : group.expectedRows
      bytesTotal += group.state == .done ? group.bytes : group.expectedBytes
      guard group.state == .done else { continue }
      rowsDone += group.rows
      bytesDone += group.bytes
    }
    for progress in running.filter({ $0.job.name.kind == .memories }).compactMap(\.progress) {
      rowsDone += progress.rows
      bytesDone += progress.bytes
    }
    // Until its chunks are planned, the estimate for the whole.
    guard groups.isEmpty else { return }
    rowsTotal = engine.expectedRows
    bytesTotal = engine.expectedBytes
  }
}

extension KindTotals {
  fileprivate mutating func add(_ group: JobGroup) {
    jobs += group.jobs
    expectedBytes += group.expectedBytes
    if group.state == .failed { jobsFailed += group.jobs }
    guard group.state == .done else { return }
    jobsDone += group.jobs
    expectedBytesDone += group.expectedBytes
    spent += .microseconds(group.microsecondsSpent)
  }
}

/// The kind that comes first in an engine's life: `JobKind` lists them in that order.
private func first(of kinds: [JobKind]) -> JobKind? {
  JobKind.allCases.first(where: kinds.contains)
}
