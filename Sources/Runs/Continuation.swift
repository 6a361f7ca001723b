import Databases
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord

/// Continues a run of which this process is the writer: adopts what has changed at the sources since it was
/// planned, and plans the jobs that are missing. `resume` and `cutover` begin with it, and a process that
/// follows live sources repeats it.
struct Continuation {
  let claim: Claim
  let retriesFailed: Bool
  let observer: any RunObserver

  private var ledger: Ledger { claim.ledger }

  /// - Parameters:
  ///   - plan: the target's plan, which the ledger has followed.
  ///   - reconcilingIdentities: whether the identities job runs once more in any case.
  func begin(
    _ open: OpenDatabases, _ plan: MarkedPlan, reconcilingIdentities: Bool = false
  ) async throws -> ClaimedRun {
    var plan = plan
    let writer = FencedWriter(target: open.target, run: claim.binding, fence: claim.fence)
    let adopted = try await adopt(open, writer)
    let isReconciling = try await planIdentitiesAgainIfMoved(
      plan, open, writer, orElse: reconcilingIdentities)
    try await warnOfRosterDrift(adopted.engines, plan, claim.settings, open)
    let basePlan = try await basePlan(adopted.engines)
    if adopted.hasChangedTarget || isReconciling || !plan.contains(basePlan) {
      try await writer.plan(basePlan)
      plan = try await RunTables(open.target).readPlan()
      try await ledger.reconcile(with: plan)
    }
    let done = plan.jobs.count { plan.state(of: $0) == .done }
    observer.note("resumed: \(done) of \(plan.jobs.count) planned jobs are done in the target")
    return try await claim.begin(open, plan: plan, engines: adopted.engines, basePlan: basePlan)
  }

  // MARK: - What has changed since

  private struct Adopted {
    /// The engines to work on.
    var engines: [MeasuredEngine]
    var hasChangedTarget: Bool
  }

  /// Carries out ``Adoption``'s decision for every engine.
  private func adopt(
    _ open: OpenDatabases, _ writer: FencedWriter
  ) async throws -> Adopted {
    let reader = EngineReader(accounts: open.accounts, shard: open.shard)
    let known = try await ledger.engines()
    let adoption = Adoption(
      known: known, selection: try await reader.select(claim.settings.engines),
      lostSpaces: try await RunTables(open.target).lostSpaces(),
      retriesFailed: retriesFailed)
    try await warnOfLostPublications(adoption.lostPublications)
    let decisions = adoption.decisions
    let hasChangedTarget = try await apply(decisions, known, EngineReset(writer))
    let measured = try await reader.measure(
      adoption.selection.chosen.filter { decisions[$0.slug]?.needsMeasuring ?? false })
    let records = Dictionary(uniqueKeysWithValues: known.map { ($0.slug, $0) })
    try await ledger.saveEngines(
      measured.map { engine in
        var record = EngineRecord(engine)
        if decisions[engine.slug] == .measure, let before = records[engine.slug] {
          (record.state, record.reason) = (before.state, before.reason)
        }
        return record
      })
    let kept = adoption.selection.chosen.compactMap { engine -> MeasuredEngine? in
      guard decisions[engine.slug] == .goOn, let record = records[engine.slug] else { return nil }
      return MeasuredEngine(engine, record)
    }
    return Adopted(engines: kept + measured, hasChangedTarget: hasChangedTarget)
  }

  /// Returns whether anything was removed from the target.
  private func apply(
    _ decisions: [String: Adoption.Decision], _ known: [EngineRecord], _ reset: EngineReset
  ) async throws -> Bool {
    var hasChangedTarget = false
    let records = Dictionary(uniqueKeysWithValues: known.map { ($0.slug, $0) })
    for (slug, decision) in decisions.sorted(by: { $0.key < $1.key }) {
      switch decision {
      case .goOn, .stayFailed, .measure, .keepPublished: continue
      case .pickUp: observer.note("I7: a new engine, picked up", engine: slug)
      case .skip(let skipped): try await ledger.saveEngines([EngineRecord(skipped)])
      case .beginAgain(let reason):
        try await ledger.recordReset(engine: slug, jobs: try await reset.reset(engine: slug))
        observer.note("\(reason): copied again from the beginning", engine: slug)
        hasChangedTarget = true
      case .leaveOut(let reason):
        guard let record = records[slug] else { continue }
        try await leaveOut(record, reason, reset)
        hasChangedTarget = true
      }
    }
    return hasChangedTarget
  }

  private func leaveOut(
    _ record: EngineRecord, _ reason: String, _ reset: EngineReset
  ) async throws {
    try await reset.remove(engine: record.slug)
    try await ledger.recordReset(engine: record.slug, jobs: [])
    var record = record
    record.state = .skipped
    record.reason = reason
    try await ledger.saveEngines([record])
    observer.note("skipped: \(reason)", engine: record.slug)
  }

  /// A mark proves that the job's work was committed, not that it still exists. A lost published space is
  /// reported and not replaced.
  private func warnOfLostPublications(_ slugs: [String]) async throws {
    for slug in slugs {
      let warning = MigrationWarning(
        rule: "target", engine: slug, row: nil,
        message:
          "the space is published, but its schema \(SpaceSchema.name(of: slug)) is gone from "
          + "the target; to migrate it again: orchestrator reset --engine \(slug), then resume")
      try await ledger.recordWarnings([warning])
      observer.warn(warning)
    }
  }

  /// I7: plans the identities job again if it is done and its source has changed; true if it did.
  private func planIdentitiesAgainIfMoved(
    _ plan: MarkedPlan, _ open: OpenDatabases, _ writer: FencedWriter, orElse isRenaming: Bool
  ) async throws -> Bool {
    guard let mark = plan.marks[.identities] else { return false }
    let now = try await open.accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await AccountsReader(connection: accounts).fingerprint()
    }
    guard isRenaming || now != mark.fingerprint else { return false }
    try await writer.planIdentitiesAgain()
    observer.note("I7: identities have changed and are reconciled")
    return true
  }

  /// Published engines are not written again. Warnings report their changes at the source.
  private func warnOfRosterDrift(
    _ engines: [MeasuredEngine], _ plan: MarkedPlan, _ settings: RunSettings, _ open: OpenDatabases
  ) async throws {
    let warnings = try await RosterDrift(
      accounts: open.accounts, shard: open.shard,
      includesInvitations: settings.includesInvitations
    ).warnings(for: engines, plan: plan)
    try await ledger.recordWarnings(warnings)
    for warning in warnings { observer.warn(warning) }
  }

  /// The base jobs, in the generation that each engine has reached by resets.
  private func basePlan(_ engines: [MeasuredEngine]) async throws -> [Job] {
    var generations: [String: Int] = [:]
    for record in try await ledger.jobs() {
      guard let engine = record.job.name.engine else { continue }
      generations[engine] = max(generations[engine] ?? 1, record.job.generation)
    }
    return BasePlan.control
      + engines.flatMap { BasePlan.jobs(of: $0.slug, generation: generations[$0.slug] ?? 1) }
  }
}

extension Adoption.Decision {
  /// Whether the engine is read from the source before it is planned.
  fileprivate var needsMeasuring: Bool {
    switch self {
    case .pickUp, .measure, .beginAgain: true
    case .goOn, .stayFailed, .leaveOut, .skip, .keepPublished: false
    }
  }
}

extension Adoption.Reason: CustomStringConvertible {
  var description: String {
    switch self {
    case .languageChanged(let old, let new): "its language is \(new) now, not \(old)"
    case .schemaGone: "its schema is gone from the target"
    }
  }
}
