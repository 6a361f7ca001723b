import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack
import Verification

/// `resume`: continues a run after any interruption, and works until it ends. It checks the databases,
/// takes the run over, makes the ledger follow the target, adopts changes of the sources, and runs the
/// jobs that are left.
package struct Resume {
  /// The operator's choices, which may differ from those of the start.
  package struct Choices: Sendable {
    /// Applies the options of this process to the settings that do not change the result.
    package var tuning: @Sendable (RunTuning) -> RunTuning
    /// The pack's new folder; nil if it has not been moved since the run began.
    package var packFolder: String?
    package var retriesFailed: Bool
    /// M4: sets refused rows aside from now on.
    package var quarantines: Bool
    /// Takes the run over even if its process showed life a moment ago.
    package var takesOver: Bool
    /// Accepts a database whose address or timeline has changed.
    package var acceptsMoved: Bool
    /// I6: principal names for identities whose email cannot serve as one, by identity id.
    package var userNames: [String: String]

    package init(
      tuning: @escaping @Sendable (RunTuning) -> RunTuning, packFolder: String?,
      retriesFailed: Bool, quarantines: Bool, takesOver: Bool, acceptsMoved: Bool,
      userNames: [String: String]
    ) {
      self.tuning = tuning
      self.packFolder = packFolder
      self.retriesFailed = retriesFailed
      self.quarantines = quarantines
      self.takesOver = takesOver
      self.acceptsMoved = acceptsMoved
      self.userNames = userNames
    }
  }

  private let ledger: Ledger
  private let databases: DatabaseSettings
  private let choices: Choices
  private let process: RunProcess

  package init(
    ledger: Ledger, databases: DatabaseSettings, choices: Choices, process: RunProcess
  ) {
    self.ledger = ledger
    self.databases = databases
    self.choices = choices
    self.process = process
  }

  package func run() async throws -> RunEnd {
    let claimed: ClaimedRun
    do {
      claimed = try await begin()
    } catch let refusal as EngineReset.Refusal {
      throw RunError(refusal)
    } catch {
      throw RunError.interruption(error)
    }
    return try await Work(run: claimed, process: process).run()
  }

  private func begin() async throws -> ClaimedRun {
    let run = try await OpenRun(ledger, databases, stop: process.stop)
    try run.recorded.refuseFinished(
      hint: "For another run, pass another --ledger and a fresh target.")
    let pack = try loadPack(
      folder: choices.packFolder ?? run.settings.schemaPack, textSearch: run.settings.textSearch)
    try refuseOtherPack(pack, run.recorded)
    let tuning = choices.tuning(try run.recorded.tuning())
    async let _ = process.watch(run.sessions)
    let open = try await OpenDatabases(run.sessions)
    try await DatabaseBinding(ledger: ledger, acceptsMoved: choices.acceptsMoved)
      .bind(open.identities.fingerprints)
    let fence = try await takeOver(run, open, pack, tuning)
    let control = ControlSession(sessions: run.sessions, run: run.binding, fence: fence)
    async let _ = process.beat(control)
    try await ledger.setTuningSettings(encodeJSON(tuning), toolVersion: ToolVersion.current)
    // The target is right: its marks alone decide what is published.
    let tables = RunTables(open.target)
    var plan = try await tables.readPlan()
    try await ledger.reconcile(with: plan)
    try await ledger.retryFailed(engines: choices.retriesFailed)
    let writer = run.writer(on: open.target, fence)
    let isRenaming = try await nameUsers(writer)
    let settings = try await settings(of: run, open, writer)
    let adopted = try await adopt(run, open, writer)
    let isReconciling = try await planIdentitiesAgainIfMoved(
      plan, open, writer, orElse: isRenaming)
    try await warnOfRosterDrift(adopted.engines, plan, run.settings, open)
    let basePlan = try await basePlan(adopted.engines)
    if adopted.hasChangedTarget || isReconciling || !plan.contains(basePlan) {
      try await writer.plan(basePlan)
      plan = try await tables.readPlan()
      try await ledger.reconcile(with: plan)
    }
    let done = plan.jobs.count { plan.state(of: $0) == .done }
    process.observer.note(
      "resumed: \(done) of \(plan.jobs.count) planned jobs are done in the target")
    let claim = Claim(
      ledger: ledger, binding: run.binding, fence: fence, settings: settings, tuning: tuning,
      pack: pack, sessions: run.sessions, control: control)
    return try await claim.begin(
      open, plan: plan, engines: adopted.engines, basePlan: basePlan)
  }

  private func refuseOtherPack(_ pack: SchemaPack, _ run: LedgerRun) throws(RunError) {
    guard pack.hash != run.identity.packHash else { return }
    throw RunError(
      .refused, "the schema pack (\(pack.name)) is not the one that the run began with",
      hint: "Resume with the pack that started the run, whose content has changed since, and with "
        + "the same release of orchestrator (\(run.identity.toolVersion)).")
  }

  // MARK: - Taking over

  private func takeOver(
    _ run: OpenRun, _ open: OpenDatabases, _ pack: SchemaPack, _ tuning: RunTuning
  ) async throws -> Fence {
    guard try await RunTables(open.target).hasRun() else {
      return try await claimLate(run, open, pack, tuning)
    }
    let fence = try await run.claim(of: open.target).takeOver(force: choices.takesOver) {
      process.observer.note("waiting until a job in flight of the run's earlier process ends")
    }
    try await ledger.setEpoch(fence.epoch)
    return fence
  }

  /// Claims a target for a run whose first process died between ledger and target. If jobs were finished, a
  /// missing schema `orchestrator` is a loss that this process cannot judge, so it refuses.
  private func claimLate(
    _ run: OpenRun, _ open: OpenDatabases, _ pack: SchemaPack, _ tuning: RunTuning
  ) async throws -> Fence {
    let done = try await ledger.jobs().count { $0.state == .done }
    guard done == 0 else {
      throw RunError(
        .refused,
        "the target has no schema orchestrator, but the ledger knows \(done) finished jobs",
        hint:
          "Begin a new run with a fresh target and another --ledger: this target was replaced, "
          + "restored to a moment before the run, or finished elsewhere.")
    }
    try await open.passPreflight(pack, run.settings, tuning, process.observer)
    let fence = try await run.claim(of: open.target).claim(
      run.settings, packHash: pack.hash, toolVersion: ToolVersion.current,
      databases: open.identities, plan: [])
    try await ledger.setEpoch(fence.epoch, detail: "claimed the target")
    return fence
  }

  /// The run's settings. Refused rows are set aside (M4) if the operator, the ledger or the target allow it;
  /// an allowance that a crash, a failover or a rebuild lost in one of the two places is written again.
  private func settings(
    of run: OpenRun, _ open: OpenDatabases, _ writer: FencedWriter
  ) async throws -> RunSettings {
    let inTarget = try await RunTables(open.target).readBeginning()?.settings.quarantines ?? false
    var settings = run.settings
    settings.quarantines = settings.quarantines || inTarget || choices.quarantines
    guard settings.quarantines else { return settings }
    if !inTarget {
      try await writer.allowQuarantine()
      process.observer.note("M4: rows that the target refuses are set aside from now on")
    }
    if !run.settings.quarantines { try await ledger.allowQuarantine() }
    return settings
  }

  // MARK: - What has changed since

  private struct Adopted {
    /// The engines to work on.
    var engines: [MeasuredEngine]
    var hasChangedTarget: Bool
  }

  /// Carries out ``Adoption``'s decision for every engine.
  private func adopt(
    _ run: OpenRun, _ open: OpenDatabases, _ writer: FencedWriter
  ) async throws -> Adopted {
    let reader = EngineReader(accounts: open.accounts, shard: open.shard)
    let known = try await ledger.engines()
    let adoption = Adoption(
      known: known, selection: try await reader.select(run.settings.engines),
      lostSpaces: try await RunTables(open.target).lostSpaces(),
      retriesFailed: choices.retriesFailed)
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
      case .pickUp: process.observer.note("I7: a new engine, picked up", engine: slug)
      case .skip(let skipped): try await ledger.saveEngines([EngineRecord(skipped)])
      case .beginAgain(let reason):
        try await ledger.recordReset(engine: slug, jobs: try await reset.reset(engine: slug))
        process.observer.note("\(reason): copied again from the beginning", engine: slug)
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
    process.observer.note("skipped: \(reason)", engine: record.slug)
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
      process.observer.warn(warning)
    }
  }

  /// I6: hands the names for identities to the identities job; true if there are any.
  private func nameUsers(_ writer: FencedWriter) async throws -> Bool {
    guard !choices.userNames.isEmpty else { return false }
    try await writer.add(
      choices.userNames.sorted { $0.key < $1.key }.map { id, name in
        Fact(engine: nil, kind: .userName, key: id, job: .identities, value: name)
      })
    return true
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
    process.observer.note("I7: identities have changed and are reconciled")
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
    for warning in warnings { process.observer.warn(warning) }
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
