import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares the target with the sources, changing nothing in any of the three databases.
package struct Verifier: Sendable {
  /// The current step, for people who wait.
  package enum Step: Sendable {
    case identities
    case engines(done: Int, of: Int)
    case memories(done: Int, of: Int, bytes: Int)
    /// A session whose server cannot be reached.
    case lost(String)
  }

  private let scope: VerifyScope
  private let sessions: DatabaseSessions
  private let accounts: PostgresConnection
  private let lanes: [VerifyLane]
  private let deep: VerifyProgress?

  /// Opens all sessions.
  ///
  /// - Parameters:
  ///   - streams: the number of engines, and with `deep` of ranges, that are compared at the same time.
  ///   - deep: also compares checksums and access, and continues an interrupted verification.
  package static func open(
    _ scope: VerifyScope, sessions: DatabaseSessions, streams: Int, deep: VerifyProgress?
  ) async throws -> Verifier {
    Verifier(
      scope: scope, sessions: sessions, accounts: try await sessions.accounts("accounts"),
      lanes: try await sessions.verifyLanes(streams), deep: deep)
  }

  /// The connected databases.
  package var identities: DatabaseIdentities {
    DatabaseIdentities(
      accounts: accounts.identity, shard: lanes[0].shard.identity,
      target: lanes[0].target.identity)
  }

  /// The run that the target carries; nil once `finish` has run.
  package func runOfTarget() async throws(PostgresError) -> UUID? {
    try await RunTables(lanes[0].target).readRun()?.runID
  }

  /// Makes all checks. Throws only if a check could not be made. A dead link is detected within 30 s.
  package func run(report: @escaping @Sendable (Step) -> Void = { _ in }) async throws
    -> VerifyChecks
  {
    async let _ = SilenceWatch(sessions) { report(.lost($0)) }.run()
    var checks = VerifyChecks(deep: deep != nil)
    let age = try await RunTables(lanes[0].target).age(startedAt: scope.startedAt)
    report(.identities)
    let context = try await readContext(age)
    try await IdentityVerifier(
      userNames: context.userNames, accounts: accounts, target: lanes[0].target, age: age
    ).verify(&checks)
    let present = try await verifyEngineList(context, &checks)
    let outcomes = try await verifyEngines(present, context, report)
    for outcome in outcomes { checks.add(outcome.checks) }
    try await verifyAgents(outcomes.flatMap(\.agents), &checks)
    try await noteKeys(&checks)
    if let deep {
      let versions = outcomes.reduce(into: [:]) { $0.merge($1.versions) { first, _ in first } }
      let memories = MemoryVerifier(
        scope: scope, engines: present, versions: versions, lanes: lanes, progress: deep)
      checks.add(try await memories.verify(report))
    }
    return checks
  }

  private func readContext(_ age: Age) async throws -> VerifyContext {
    let state = RunTables(lanes[0].target)
    let facts = try await state.hasRun() ? try await state.readFacts() : []
    return try VerifyContext(
      scope: scope, control: try await SourceControlPlane(accounts: accounts, since: age),
      facts: scope.facts + facts)
  }

  /// Every engine is accounted for: verified, or left out for a reason (E1–E3).
  private func verifyEngineList(
    _ context: VerifyContext, _ checks: inout VerifyChecks
  ) async throws -> [VerifyScope.Engine] {
    let rows = try await lanes[0].shard.inReadOnlySnapshot { shard throws(PostgresError) in
      (
        schemas: try await engineSchemas(on: shard),
        gaps: try await SourceColumns.engine.gaps(in: scope.engines.map(\.schema), on: shard)
      )
    }
    var slugs: [String] = []
    for row in try await lanes[0].target.query(SQL.spaceSlugs) {
      slugs.append(try row.text("slug"))
    }
    let list = EngineList(
      scope: scope, control: context.control, schemas: rows.schemas, gaps: rows.gaps)
    list.verify(
      spaces: slugs, spaceSchemas: try await engineSchemas(on: lanes[0].target), &checks)
    return list.present
  }

  private func verifyEngines(
    _ engines: [VerifyScope.Engine], _ context: VerifyContext,
    _ report: @escaping @Sendable (Step) -> Void
  ) async throws -> [EngineBatchVerifier.Outcome] {
    let size = max(1, min(Self.engineBatch, (engines.count + lanes.count - 1) / lanes.count))
    let batches = stride(from: 0, to: engines.count, by: size).map {
      Array(engines[$0..<min($0 + size, engines.count)])
    }
    let verifier = EngineBatchVerifier(context: context, isDeep: deep != nil)
    let done = Counter()
    return try await spread(batches, over: lanes) { lane, batch in
      let outcome = try await verifier.verify(batch, lane)
      report(.engines(done: done.add(batch.count), of: engines.count))
      return outcome
    }
  }

  /// The number of engines in one statement: enough to hide round trips, and few enough for the locks on
  /// all their tables and indexes.
  private static let engineBatch = 20

  /// R4: one agent for each owner and name, however many rosters it is on.
  private func verifyAgents(
    _ agents: [(engine: String, ref: PrincipalRef, id: UUID)], _ checks: inout VerifyChecks
  ) async throws {
    let byRef = Dictionary(grouping: agents, by: \.ref)
    checks[.agents].looked += byRef.count
    for (ref, rows) in byRef.sorted(by: { $0.key < $1.key }) where Set(rows.map(\.id)).count > 1 {
      checks[.agents].fail(
        VerifyFinding(
          engine: rows[0].engine, row: ref.rowID,
          "\(ref) is \(Set(rows.map(\.id)).count) agents instead of one"))
    }
    for row in try await lanes[0].target.query(SQL.idleAgents) {
      let id = try row.uuid("id").text
      checks[.agents].fail(VerifyFinding(engine: nil, row: id, "agent \(id) is on no roster"))
    }
  }

  /// I4: a run creates no keys. A key in the target is people's work, so it is a note and not a finding.
  private func noteKeys(_ checks: inout VerifyChecks) async throws {
    guard try await !columns(of: "core", "api_key", on: lanes[0].target).isEmpty else { return }
    for row in try await lanes[0].target.query(SQL.apiKeys) {
      let (key, member) = (try row.uuid("id").text, try row.uuid("member_id").text)
      checks[.agents].note(
        VerifyFinding(
          engine: nil, row: key, rule: "I4",
          "API key \(key) of \(member) was created in the target: keys are not migrated"))
    }
  }
}
