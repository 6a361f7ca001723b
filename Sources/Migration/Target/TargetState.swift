import Foundation
import JobModel
import PostgresLink

/// Something a job learned that must not die between its commit in the target and the ledger's.
package struct Fact: Hashable, Sendable {
  /// What a fact is about; the raw value is stored.
  package enum Kind: String, Codable, Sendable {
    /// An index of the memories that the space was provisioned with; where it was dropped for the load,
    /// the plan has a job for it. Key: its name.
    case index
    /// Where the source's columns go. Key: `memory`.
    case columns
    /// A warning. Key: rule and row.
    case warning
    /// An agent that this run created. Key: its id; its engine is the one that did.
    case agent
    /// The space as published. Key: its id.
    case space
    /// A grant that gives more than it did (R8). Key: the grant's id.
    case widened
  }

  package var engine: String?
  package var kind: Kind
  package var key: String
  package var job: JobName
  /// JSON.
  package var value: String

  package init(engine: String?, kind: Kind, key: String, job: JobName, value: some Encodable) {
    self.engine = engine
    self.kind = kind
    self.key = key
    self.job = job
    self.value = encodeJSON(value)
  }
}

/// What a run was started with, as the target keeps it.
package struct RunBeginning: Sendable {
  package var settings: RunSettings
  package var packHash: String
  package var databases: DatabaseIdentities
  package var toolVersion: String
}

/// The schema `orchestrator` in the target: what must be true together with the migrated data.
package struct TargetState: Sendable {
  let connection: PostgresConnection

  package init(_ connection: PostgresConnection) {
    self.connection = connection
  }

  /// Whether the target carries a run at all.
  package func hasRun() async throws(PostgresError) -> Bool {
    try await connection.query(SQL.orchestratorHasRun).first?.boolean("has_run") ?? false
  }

  /// The run's row; nil where schema or row are missing.
  package func readRun() async throws(PostgresError) -> RunRow? {
    guard try await hasRun(), let row = try await connection.query(SQL.orchestratorReadRun).first
    else { return nil }
    let fence = Fence(
      epoch: Int(try row.integer("epoch")), instance: InstanceID(rawValue: try row.uuid("instance"))
    )
    return RunRow(
      runID: try row.uuid("run_id"), fence: fence,
      place: try decodeJSON(ProcessPlace.self, try row.text("place")),
      heartbeatAge: row["heartbeat_age"].flatMap { Double($0) },
      isFinishing: try row.boolean("is_finishing"))
  }

  /// What the run was started with; nil where there is none.
  package func readBeginning() async throws(PostgresError) -> RunBeginning? {
    guard let row = try await connection.query(SQL.orchestratorReadRun).first else { return nil }
    return RunBeginning(
      settings: try decodeJSON(RunSettings.self, try row.text("settings")),
      packHash: try row.text("pack_hash"),
      databases: try decodeJSON(DatabaseIdentities.self, try row.text("databases")),
      toolVersion: try row.text("tool_version"))
  }

  /// Adds planned jobs; those already planned stay as they are.
  package func add(_ jobs: [Job]) async throws(PostgresError) {
    try await connection.query(
      SQL.orchestratorAddPlan,
      [
        .textArray(jobs.map { "\($0.name)" }), .textArray(jobs.map(\.name.engine)),
        .integerArray(jobs.map { Int64($0.generation) }), .uuidArray(jobs.map(\.range.lo)),
        .uuidArray(jobs.map(\.range.hi)), .integerArray(jobs.map { Int64($0.expectedRows) }),
        .integerArray(jobs.map { Int64($0.expectedBytes) }),
      ])
  }

  /// Engines whose space was provisioned and whose memories have been dropped since, by whomever.
  package func lostSpaces() async throws(PostgresError) -> [(engine: String, isPublished: Bool)] {
    var lost: [(engine: String, isPublished: Bool)] = []
    for row in try await connection.query(SQL.orchestratorLostSpaces) {
      lost.append((try row.text("engine"), try row.boolean("is_published")))
    }
    return lost
  }

  /// The plan of one engine, or of everything.
  package func readPlan(engine: String? = nil) async throws(PostgresError) -> TargetEvidence {
    var plan = TargetEvidence()
    for row in try await connection.query(SQL.orchestratorReadPlan, [.text(engine)]) {
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

  /// Adds facts, or replaces what they said; of several about the same thing the last one holds.
  package func add(_ said: [Fact]) async throws(PostgresError) {
    let facts = Dictionary(said.map { ($0.subject, $0) }, uniquingKeysWith: { $1 }).values
    guard !facts.isEmpty else { return }
    try await connection.query(
      SQL.orchestratorAddFacts,
      [
        .textArray(facts.map { $0.engine ?? "" }), .textArray(facts.map(\.kind.rawValue)),
        .textArray(facts.map(\.key)), .textArray(facts.map { "\($0.job)" }),
        .textArray(facts.map(\.value)),
      ])
  }

  /// Whether a job has set rows aside (M4).
  func hasRejected(_ job: JobName) async throws(PostgresError) -> Bool {
    try await !connection.query(
      "select from orchestrator.fact where kind = 'rejected' and job = $1 limit 1",
      [.text("\(job)")]
    ).isEmpty
  }

  /// The facts of one engine, or all, but for rows set aside.
  package func readFacts(engine: String? = nil) async throws(PostgresError) -> [Fact] {
    var facts: [Fact] = []
    for row in try await connection.query(SQL.orchestratorReadFacts, [.text(engine)]) {
      guard let kind = Fact.Kind(rawValue: try row.text("kind")) else { continue }
      facts.append(
        Fact(
          engine: row["engine"].flatMap { $0.isEmpty ? nil : $0 }, kind: kind,
          key: try row.text("key"), job: try jobName(row), storedValue: try row.text("value")))
    }
    return facts
  }

  /// The rows set aside (M4), as the server wrote their JSON.
  package func readRejected() async throws(PostgresError) -> [RejectedRow] {
    var rejected: [RejectedRow] = []
    for row in try await connection.query(SQL.orchestratorReadRejected) {
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
  /// What it is about; there is one of each in the target.
  fileprivate var subject: [String] { [engine ?? "", kind.rawValue, key] }

  /// A fact as it is stored, its value in JSON.
  package init(engine: String?, kind: Kind, key: String, job: JobName, storedValue: String) {
    self.engine = engine
    self.kind = kind
    self.key = key
    self.job = job
    value = storedValue
  }

  /// The value as what it was made from.
  func decoded<Value: Decodable>(_ type: Value.Type) throws(PostgresError) -> Value {
    try decodeJSON(type, value)
  }
}
