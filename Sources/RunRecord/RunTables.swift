import Databases
import Foundation
import JobModel
import PostgresLink

/// The values with which a run was started, from the target.
package struct RunBeginning: Sendable {
  package var settings: RunSettings
  package var packHash: String
  package var databases: DatabaseIdentities
  package var toolVersion: String
}

/// The schema `orchestrator` in the target: everything that must be consistent with the migrated data.
package struct RunTables: Sendable {
  package let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Whether the target carries a run.
  package func hasRun() async throws(PostgresError) -> Bool {
    try await connection.query(SQL.hasRun).first?.boolean("has_run") ?? false
  }

  /// The run's row; nil if schema or row are missing.
  package func readRun() async throws(PostgresError) -> RunRow? {
    guard try await hasRun(), let row = try await connection.query(SQL.readRun).first
    else { return nil }
    let fence = Fence(
      epoch: Int(try row.integer("epoch")), instance: InstanceID(rawValue: try row.uuid("instance"))
    )
    return RunRow(
      runID: try row.uuid("run_id"), fence: fence,
      place: try row.json("place", as: ProcessPlace.self),
      heartbeatAge: row["heartbeat_age"].flatMap { Double($0) },
      isFinishing: try row.boolean("is_finishing"))
  }

  /// The values with which the run was started; nil if there is no run.
  package func readBeginning() async throws(PostgresError) -> RunBeginning? {
    guard let row = try await connection.query(SQL.readRun).first else { return nil }
    return RunBeginning(
      settings: try row.json("settings", as: RunSettings.self),
      packHash: try row.text("pack_hash"),
      databases: try row.json("databases", as: DatabaseIdentities.self),
      toolVersion: try row.text("tool_version"))
  }

  /// The time since the run began, by the target's record and clock. After `finish`, it follows from the
  /// ledger's `startedAt` and this machine's clock.
  package func age(startedAt: Date) async throws(PostgresError) -> Age {
    let measured = ContinuousClock.now
    if try await hasRun(), let row = try await connection.query(SQL.runAge).first,
      let seconds = Double(try row.text("seconds"))
    {
      return Age(.seconds(seconds), measured: measured)
    }
    return Age(.seconds(max(0, Date().timeIntervalSince(startedAt))), measured: measured)
  }

  /// Adds planned jobs; those already planned stay as they are.
  package func add(_ jobs: [Job]) async throws(PostgresError) {
    try await connection.query(
      SQL.addPlan,
      [
        .textArray(jobs.map { "\($0.name)" }), .textArray(jobs.map(\.name.engine)),
        .integerArray(jobs.map { Int64($0.generation) }), .uuidArray(jobs.map(\.range.lo)),
        .uuidArray(jobs.map(\.range.hi)), .integerArray(jobs.map { Int64($0.expectedRows) }),
        .integerArray(jobs.map { Int64($0.expectedBytes) }),
      ])
  }

  /// Engines whose space was provisioned and whose table of memories was dropped since; true if the space was
  /// published.
  package func lostSpaces() async throws(PostgresError) -> [String: Bool] {
    var lost: [String: Bool] = [:]
    for row in try await connection.query(SQL.lostSpaces, [.text(SpaceSchema.prefix)]) {
      lost[try row.text("engine")] = try row.boolean("is_published")
    }
    return lost
  }

  /// The plan of one engine, or of the whole run.
  package func readPlan(engine: String? = nil) async throws(PostgresError) -> MarkedPlan {
    var plan = MarkedPlan()
    for row in try await connection.query(SQL.readPlan, [.text(engine)]) {
      let name = try jobName(row)
      plan.jobs.append(
        Job(
          name: name, generation: Int(try row.integer("generation")),
          range: IDRange(lo: try row.optionalUUID("lo"), hi: try row.optionalUUID("hi")),
          expectedRows: Int(try row.integer("expected_rows")),
          expectedBytes: Int(try row.integer("expected_bytes"))))
      guard try row.boolean("has_mark") else { continue }
      plan.marks[name] = Mark(
        name: name, generation: Int(try row.integer("mark_generation")),
        range: IDRange(lo: try row.optionalUUID("mark_lo"), hi: try row.optionalUUID("mark_hi")),
        rows: Int(try row.integer("mark_rows")), fingerprint: row["mark_fingerprint"])
    }
    return plan
  }

  /// The fingerprint that a job's mark keeps; nil without one.
  package func fingerprint(of job: JobName) async throws(PostgresError) -> String? {
    try await connection.query(
      "select fingerprint from orchestrator.mark where job = $1", [.text("\(job)")]
    ).first?["fingerprint"]
  }

  /// The copies of the engines whose chunks are all committed, by slug: of one engine, or of all.
  package func readCopies(engine: String? = nil) async throws(PostgresError) -> [String: EngineCopy]
  {
    var copies: [String: EngineCopy] = [:]
    for row in try await connection.query(SQL.readCopies, [.text(engine)]) {
      copies[try row.text("engine")] = EngineCopy(
        rows: Int(try row.integer("rows")), rejected: Int(try row.integer("rejected")),
        watermark: Watermark(text: row["watermark"]),
        generation: Int(try row.integer("generation")))
    }
    return copies
  }

  /// The ids of the rows of an engine that are set aside (M4).
  package func rejectedIDs(engine: String) async throws(PostgresError) -> [UUID] {
    let rows = try await connection.query(
      "select key::uuid as id from orchestrator.fact where engine = $1 and kind = 'rejected'",
      [.text(engine)])
    var ids: [UUID] = []
    for row in rows { ids.append(try row.uuid("id")) }
    return ids
  }

  /// Adds or replaces facts. Of several facts with the same subject, the last one holds.
  package func add(_ added: [Fact]) async throws(PostgresError) {
    let facts = Dictionary(added.map { ($0.subject, $0) }, uniquingKeysWith: { $1 }).values
    guard !facts.isEmpty else { return }
    try await connection.query(
      SQL.addFacts,
      [
        .textArray(facts.map { $0.engine ?? "" }), .textArray(facts.map(\.kind.rawValue)),
        .textArray(facts.map(\.key)), .textArray(facts.map { "\($0.job)" }),
        .textArray(facts.map(\.value)),
      ])
  }

  /// Adds rows that a job sets aside (M4), for the script that copies the other rows; nothing for none.
  package static func addingRejected(_ rejected: [RejectedRow], of job: Job) -> [String] {
    guard !rejected.isEmpty else { return [] }
    let rows = "[" + rejected.map(\.line).joined(separator: ",") + "]"
    return [
      fillVariables(
        SQL.addRejected,
        ["engine": job.name.engine ?? "", "job": "\(job.name)", "rows": rows])
    ]
  }

  /// Forgets rows that are set aside no longer (M4), for the script that copies or deletes them.
  package static func forgettingRejected(_ ids: [UUID], of engine: String) -> String {
    let literal = "{" + ids.map { $0.uuidString.lowercased() }.joined(separator: ",") + "}"
    return fillVariables(SQL.forgetRejected, ["engine": engine, "ids": literal])
  }

  /// The facts of the control plane.
  package func readControlFacts() async throws(PostgresError) -> [Fact] {
    try await readFacts(engine: "")
  }

  /// I6: deletes what the identities job reported about people who cannot be users, before it runs again.
  package func forgetRefusals() async throws(PostgresError) {
    try await connection.query(SQL.forgetRefusals)
  }

  /// I6: ids of the identities that the identities job has left out.
  package func refusedIdentities() async throws -> Set<String> {
    let warnings = try await readControlFacts().compactMap { try $0.warning() }
    return Set(warnings.filter { $0.rule == "I6" }.compactMap(\.row))
  }

  /// I7: of users who are not in the target, those whom this run has created: people have removed them since.
  package func removedUsers(among missing: [UUID]) async throws(PostgresError) -> Set<UUID> {
    guard !missing.isEmpty else { return [] }
    var removed: Set<UUID> = []
    for row in try await connection.query(SQL.removedUsers, [.uuidArray(missing)]) {
      removed.insert(try row.uuid("id"))
    }
    return removed
  }

  /// How many rows of an engine have been set aside (M4).
  package func countRejected(engine: String) async throws(PostgresError) -> Int {
    let rows = try await connection.query(
      "select count(*) as rows from orchestrator.fact where engine = $1 and kind = 'rejected'",
      [.text(engine)])
    return Int(try rows.first?.integer("rows") ?? 0)
  }

  /// The facts of one engine, or all, but for rows set aside.
  package func readFacts(engine: String? = nil) async throws(PostgresError) -> [Fact] {
    var facts: [Fact] = []
    for row in try await connection.query(SQL.readFacts, [.text(engine)]) {
      guard let kind = Fact.Kind(rawValue: try row.text("kind")) else { continue }
      facts.append(
        Fact(
          engine: row["engine"].flatMap { $0.isEmpty ? nil : $0 }, kind: kind,
          key: try row.text("key"), job: try jobName(row), json: try row.text("value")))
    }
    return facts
  }

  /// The page of rows set aside (M4) behind a key, or the first, as the server wrote their JSON; empty
  /// where there are no more.
  package func readRejected(
    after key: RejectedRow.Key? = nil
  ) async throws(PostgresError) -> [RejectedRow] {
    let rows = try await connection.query(
      SQL.readRejected,
      [
        .text(key?.engine), .text(key?.id.uuidString.lowercased()),
        .integer(Int64(RejectedRow.pageRows)), .integer(Int64(RejectedRow.pageBytes)),
      ])
    var rejected: [RejectedRow] = []
    for row in rows {
      rejected.append(
        RejectedRow(
          engine: try row.text("engine"), id: try row.uuid("id"),
          constraint: try row.text("constraint"), json: try row.text("row")))
    }
    return rejected
  }

  private func jobName(_ row: SQLRow) throws(PostgresError) -> JobName {
    let text = try row.text("job")
    guard let name = JobName(text) else {
      throw PostgresError(
        kind: .protocolViolation, message: "the target's plan has a job of an unknown name")
    }
    return name
  }
}

extension Fact {
  /// The subject, which is unique in the target.
  fileprivate var subject: [String] { [engine ?? "", kind.rawValue, key] }
}
