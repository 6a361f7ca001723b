import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// `<slug>/roster`: publishes the space. Proves that the engine is complete, then writes space, principals,
/// grants, groups and invitations, in one transaction.
///
/// People and rights are read last, after the source's changes were caught up, which may take long.
struct RosterJob {
  let fence: FenceStatement
  let engine: MeasuredEngine
  let settings: RunSettings

  func run(_ job: Job, _ lane: ControlLane, _ stream: StreamLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    let drift = try await SettledSource(
      follower: EngineFollower(
        fence: fence, engine: engine, quarantines: settings.quarantines,
        shard: try await lane.shardSession(), target: target, lane: stream),
      isRehearsal: settings.isRehearsal
    ).settle()
    let source = try await RosterReader(engine: engine).read(
      accounts: try await lane.accountsSession(), shard: try await lane.shardSession())
    let plan = try RosterRows(
      source, includesInvitations: settings.includesInvitations)
    try await migrateNewcomers(of: plan, target)
    let warnings = drift + plan.warnings.map { MigrationWarning($0, engine: engine.slug) }
    try await publish(plan, warnings, job, target)
    return JobReceipt(
      rows: plan.members.count, warnings: warnings)
  }

  /// I7: people who joined during the run are not in the target yet. The identities job is planned again, and
  /// this roster waits for it.
  private func migrateNewcomers(of plan: RosterRows, _ target: PostgresConnection) async throws {
    let missing = try await target.query(
      SQL.rosterMissingUsers, [.uuidArray(plan.userIDs)], operation: "searching for new members")
    guard !missing.isEmpty else { return }
    let ids = try missing.map { try $0.uuid("id") }
    let refused = try await RunTables(target).refusedIdentities().intersection(ids.map(\.text))
    guard refused.isEmpty else { throw refusal(of: refused) }
    let removed = try await RunTables(target).removedUsers(among: ids)
    guard removed.isEmpty else { throw removal(of: removed) }
    try await FencedWriter(target: target, run: fence.run, fence: fence.fence).planIdentitiesAgain()
    throw JobFailure(
      fate: .reconcile,
      message: "I7: \(missing.count) members joined after the identities were copied; these "
        + "are reconciled first")
  }

  /// I6: fails only the engines whose people are concerned.
  private func refusal(of ids: Set<String>) -> JobFailure {
    JobFailure(
      fate: .failEngine,
      message:
        "I6: members or inviters of the org cannot be users of the target, which the warnings "
        + "explain: " + ids.sorted().joined(separator: ", "),
      hint: "Correct these identities at the source, or name them with resume --user-name "
        + "<identity id>=<name>. Run orchestrator resume afterwards.")
  }

  /// I7: fails only the engines whose people are concerned.
  private func removal(of ids: Set<UUID>) -> JobFailure {
    JobFailure(
      fate: .failEngine,
      message:
        "I7: members or inviters of the org were removed in the target since they were copied: "
        + ids.map(\.text).sorted().joined(separator: ", "),
      hint: "Remove them from the org at the source, too. Run orchestrator resume afterwards.")
  }

  private func publish(
    _ plan: RosterRows, _ warnings: [MigrationWarning], _ job: Job, _ target: PostgresConnection
  ) async throws {
    try await target.inFencedTransaction(
      job, fence, rows: plan.members.count, fingerprint: plan.fingerprint.text
    ) { target in
      try await prove(on: target)
      let written = try await RosterWriter(plan: plan, target: target).write()
      try await RunTables(target).add(
        facts(plan, written, job, rows: try await rosterRows(of: written.space, on: target))
          + warnings.map { Fact($0, job: job.name) })
      try await target.query(fillVariables(SQL.rosterAnalyze, ["schema": engine.schema]))
    }
  }

  /// Refuses to publish unless, as seen by this transaction, every planned job has its mark, the number
  /// of rows is that of the marks, and every noted index exists.
  private func prove(on target: PostgresConnection) async throws {
    let state = RunTables(target)
    let plan = try await state.readPlan(engine: engine.slug)
    let noted = try await state.readFacts(engine: engine.slug).filter { $0.kind == .index }
    var expected: [String: String] = [:]
    for fact in noted { expected[fact.key] = try fact.decoded(NotedIndex.self).definition }
    let indexes = try await memoryIndexes(of: engine.schema, on: target).filter(\.isValid)
    let count = try await target.query(
      fillVariables(SQL.rosterCountMemories, ["schema": engine.schema]))
    let proof = RosterProof(
      plan: plan.jobs.filter { $0.name.kind != .roster }, marks: plan.marks,
      copy: try await state.readCopies(engine: engine.slug)[engine.slug],
      rows: Int(try count.first?.integer("rows") ?? -1), expectedIndexes: expected,
      indexes: Dictionary(uniqueKeysWithValues: indexes.map { ($0.name, $0.definition) }))
    guard proof.gaps.isEmpty else { throw UnprovenSpace(gaps: proof.gaps) }
    if proof.rows == 0 { try await refuseNothingButRejected(state) }
  }

  /// M4: small ranges may be refused whole, but a space is not published empty for it.
  private func refuseNothingButRejected(_ state: RunTables) async throws {
    let rejected = try await state.countRejected(engine: engine.slug)
    guard rejected > 0 else { return }
    throw JobFailure(
      fate: .failEngine,
      message:
        "M4: the target refuses every row of \(engine.slug) (\(rejected)), so the space was not "
        + "published",
      hint:
        "Compare the source with what the schema pack expects, and correct it; then: orchestrator "
        + "resume.")
  }

  private func rosterRows(
    of space: UUID, on target: PostgresConnection
  ) async throws(PostgresError) -> Int {
    let counted = try await target.query(SQL.rosterCountRows, [.uuid(space)])
    return Int(try counted.first?.integer("rows") ?? 0)
  }

  private func facts(
    _ plan: RosterRows, _ written: RosterWriter.Written, _ job: Job, rows: Int
  ) -> [Fact] {
    let space = Fact(
      engine: engine.slug, kind: .space, key: written.space.text, job: job.name,
      value: PublishedSpace(slug: engine.slug, rosterRows: rows))
    let agents = written.createdAgents.map { id in
      Fact(
        engine: engine.slug, kind: .agent, key: id.text, job: job.name,
        value: ["owner": plan.agentOwnerID.text])
    }
    let widened = plan.widenedGrants.map { grant in
      Fact(
        engine: engine.slug, kind: .widened, key: grant.grantID.text, job: job.name, value: grant)
    }
    return [space] + agents + widened
  }
}

/// The value of a space fact.
struct PublishedSpace: Codable {
  var slug: String
  /// Rows that the space had in `core` when it was published; nil from releases that did not count them.
  var rosterRows: Int?
}

/// The roster's proof failed: the target lacks something that the ledger holds for done.
struct UnprovenSpace: Error {
  var gaps: [RosterProof.Gap]
}
