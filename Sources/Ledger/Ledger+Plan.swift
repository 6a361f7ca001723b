import Foundation
import GRDB
import JobModel

extension Ledger {
  /// Writes engines down, before their jobs; one that is there already is brought up to date.
  ///
  /// A state that the engine may not change to is refused (`EngineState.mayBecome`).
  package func saveEngines(_ engines: [EngineRecord]) async throws(LedgerError) {
    try await write("write the engines down") { db, time in
      for engine in engines {
        let before = try String.fetchOne(
          db.cachedStatement(sql: "SELECT state FROM engine WHERE slug = ?"),
          arguments: [engine.slug])
        try db.save(engine)
        if engine.state == .skipped, before != EngineState.skipped.rawValue {
          try db.append(.skipped, engine: engine.slug, at: time, detail: engine.reason)
        }
      }
    }
  }

  /// The engines by slug.
  package func engines() async throws(LedgerError) -> [EngineRecord] {
    try await read("read the engines") { db, _ in try db.engines() }
  }

  /// Makes the jobs of one engine (nil: the control plane) those given.
  ///
  /// A job that stays the same keeps its state; one with another generation or range begins anew.
  package func replacePlan(engine: String?, jobs: [Job]) async throws(LedgerError) {
    try await replacePlans(of: [engine], jobs: jobs)
  }

  /// Does the same for several engines, in one transaction.
  package func replacePlans(of engines: [String?], jobs: [Job]) async throws(LedgerError) {
    let planned = Dictionary(grouping: jobs, by: \.name.engine)
    precondition(Set(engines).isSuperset(of: planned.keys), "jobs of another engine")
    try await write("write the plan down") { db, time in
      for engine in engines {
        try db.replacePlan(engine: engine, jobs: planned[engine] ?? [], at: time)
      }
    }
  }

  /// Follows a reset that the target committed: one engine's jobs (nil: the control plane's) are those
  /// given, all pending, and what its jobs had found out is forgotten. A run that had ended is
  /// `interrupted` again.
  package func recordReset(engine: String?, jobs: [Job]) async throws(LedgerError) {
    precondition(jobs.allSatisfy { $0.name.engine == engine }, "jobs of another engine")
    try await write("write the reset down") { db, time in
      // Of the jobs that go, the log keeps what they were.
      try db.append(.reset, engine: engine, at: time)
      try db.run("DELETE FROM job WHERE engine IS ?", [engine])
      for job in jobs { try db.apply(.add(job), at: time) }
      try db.run("DELETE FROM warning WHERE engine IS ?", [engine])
      try db.run("DELETE FROM rejected_row WHERE engine IS ?", [engine])
      try db.run("DELETE FROM fact WHERE engine IS ?", [engine])
      try db.run(
        """
        UPDATE engine SET state = 'pending', reason = NULL
        WHERE slug = ? AND state NOT IN ('pending', 'skipped')
        """, [engine])
      try db.run("UPDATE run SET state = 'interrupted' WHERE state IN ('complete', 'failed')")
    }
  }
}

extension Database {
  func engines() throws -> [EngineRecord] {
    try Row.fetchAll(self, sql: "SELECT * FROM engine ORDER BY slug").map(EngineRecord.init(row:))
  }

  fileprivate func save(_ engine: EngineRecord) throws {
    try run(
      """
      INSERT INTO engine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET id = excluded.id, name = excluded.name, language = excluded.language,
        dimensions = excluded.dimensions, state = excluded.state, reason = excluded.reason,
        expected_rows = excluded.expected_rows, expected_bytes = excluded.expected_bytes
      """,
      [
        engine.slug, engine.id?.text, engine.name, engine.language, engine.dimensions,
        engine.state.rawValue, engine.reason, engine.expectedRows, engine.expectedBytes,
      ])
  }

  fileprivate func replacePlan(engine: String?, jobs: [Job], at time: Date) throws {
    let changes = PlanChange.from(try knownJobs("WHERE engine IS ?", [engine]), to: jobs)
    guard !changes.isEmpty else { return }
    for change in changes { try apply(change, at: time) }
    if let engine { try followJobs(of: engine) }
    try append(.planned, engine: engine, at: time, detail: "\(jobs.count) jobs")
  }

  func knownJobs(
    _ filter: String = "", _ arguments: StatementArguments = StatementArguments()
  ) throws -> [JobName: PlanChange.Known] {
    let select = try cachedStatement(
      sql: """
        SELECT name, generation, lo, hi, expected_rows, expected_bytes, state FROM job \(filter)
        """)
    let rows = try Row.fetchAll(select, arguments: arguments)
    let known = try rows.map { row in
      PlanChange.Known(
        job: try Job(row: row), state: try decoded(row["state"], "job.state", JobState.init))
    }
    return Dictionary(uniqueKeysWithValues: known.map { ($0.job.name, $0) })
  }

  func apply(_ change: PlanChange, at time: Date) throws {
    switch change {
    case .add(let job):
      try run(
        """
        INSERT INTO job (name, engine, kind, generation, lo, hi, expected_rows, expected_bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          job.name.description, job.name.engine, job.name.kind.rawValue, job.generation,
          job.range.lo?.text, job.range.hi?.text, job.expectedRows, job.expectedBytes,
        ])
    case .replace(let job, let state):
      if state == .done { try append(.lost, job: job.name, at: time, detail: "planned anew") }
      try self.change(
        job.name,
        """
        UPDATE job SET generation = ?, lo = ?, hi = ?, attempts = 0, rows = 0, bytes = 0,
          finished_at = NULL, error_sqlstate = NULL, error_message = NULL, error_hint = NULL
          \(state == .pending ? "" : ", state = 'pending'")
        """, [job.generation, job.range.lo?.text, job.range.hi?.text])
      try apply(.estimate(job), at: time)
    case .estimate(let job):
      try self.change(
        job.name, "UPDATE job SET expected_rows = ?, expected_bytes = ?",
        [job.expectedRows, job.expectedBytes])
    case .remove(let name):
      try run("DELETE FROM job WHERE name = ?", [name.description])
    }
  }
}
