import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import PostgresLink
import SchemaPack

/// Goes on with a run: binds itself to the same databases, takes the run over, makes the ledger follow
/// the target.
struct RunResumer {
  let ledger: Ledger
  let databases: DatabaseSettings
  let tuningOptions: TuningOptions
  let retriesFailed: Bool
  let takesOver: Bool
  let acceptsMoved: Bool
  let stop: StopSignal
  let console: RunConsole

  func begin() async throws -> RunContext {
    let recorded = try await ledger.run()
    try refuseEnded(recorded)
    let settings = try decode(RunSettings.self, recorded.identity.resultSettings)
    let tuning = tuningOptions.applied(
      to: try decode(RunTuning.self, recorded.identity.tuningSettings))
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    try refuseOtherPack(pack, recorded)
    let run = RunBinding(
      id: recorded.identity.id, instance: InstanceID(rawValue: UUID()), place: .current)
    let factory = SessionFactory(
      databases: databases, run: run.id, instance: run.instance, owner: settings.owner, stop: stop)
    let sessions = try await RunSessions.open(factory)
    try await bind(sessions.identities)
    let opening = RunOpening(
      ledger: ledger, run: run, settings: settings, tuning: tuning, pack: pack,
      sessions: sessions)
    let fence = try await takeOver(opening)
    try await ledger.setTuningSettings(try json(tuning), toolVersion: ToolVersion.current)
    try await ledger.setRunState(.planning)
    if retriesFailed { try await ledger.retryFailed() }
    let reset = EngineReset(target: sessions.target, run: run, fence: fence)
    let engines = try await engines(sessions, settings, reset)
    if try await IdentityDrift(accounts: sessions.accounts, target: sessions.target)
      .planAgainIfMoved()
    {
      console.note(RunEvent(.note, message: "I7: identities have changed and are reconciled"))
    }
    let plan = try await basePlan(engines)
    let context = try await opening.context(fence: fence, engines: engines, basePlan: plan)
    let done = context.evidence.jobs.count { context.evidence.state(of: $0) == .done }
    console.note(
      RunEvent(
        .note,
        message: "resumed: \(done) of \(context.evidence.jobs.count) planned jobs are done in the "
          + "target"))
    return context
  }

  private func refuseEnded(_ run: LedgerRun) throws {
    switch run.state {
    case .planning, .running, .interrupted, .failed, .complete: return
    case .finishing, .finished:
      throw CommandError(
        .refused, "the run is finished, its ledger sealed",
        hint: "For another run give another --ledger and a fresh target.")
    }
  }

  private func refuseOtherPack(_ pack: SchemaPack, _ run: LedgerRun) throws {
    guard pack.hash != run.identity.packHash else { return }
    throw CommandError(
      .refused, "the schema pack (\(pack.name)) is not the one that the run began with",
      hint: "Its content has changed since. Resume with the pack, and the release of orchestrator "
        + "(\(run.identity.toolVersion)), that started the run.")
  }

  /// The same three databases as when the run began. A changed address or timeline may be a failover, or
  /// a copy of production: that is for the operator to say.
  private func bind(_ identities: DatabaseIdentities) async throws {
    let bound = try await ledger.fingerprints()
    for (role, now) in identities.fingerprints.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let then = bound[role], then != now else { continue }
      guard then.systemIdentifier == now.systemIdentifier, then.databaseOID == now.databaseOID
      else {
        throw CommandError(
          .refused,
          "\(role.rawValue): \(now.address) is not the database that the run began with "
            + "(\(then.address))",
          hint: "Check the connection settings and --ledger.")
      }
      guard acceptsMoved else {
        throw CommandError(
          .refused,
          "\(role.rawValue) was at \(then.address) on timeline \(then.timeline), and is now at "
            + "\(now.address) on timeline \(now.timeline)",
          hint: "A failover does that, and so does a copy of the database, which must not be "
            + "written. If it is the right one: resume --accept-moved.")
      }
    }
    try await ledger.saveFingerprints(identities.fingerprints)
  }

  private func takeOver(_ opening: RunOpening) async throws -> Fence {
    let hasRun = try await TargetState(opening.sessions.target).hasRun()
    guard hasRun else { return try await claimLate(opening) }
    let fence = try await opening.target.takeOver(force: takesOver)
    try await ledger.setEpoch(fence.epoch)
    return fence
  }

  /// The process that wrote the ledger died before it claimed the target. Only then: beside finished
  /// jobs, a missing schema `orchestrator` is a loss that nothing here can judge.
  private func claimLate(_ opening: RunOpening) async throws -> Fence {
    let done = try await ledger.jobs().count { $0.state == .done }
    guard done == 0 else {
      throw CommandError(
        .refused,
        "the target has no schema orchestrator, but the ledger knows \(done) finished jobs",
        hint:
          "The target was replaced, restored from before the run, or finished elsewhere. Begin a "
          + "new run with a fresh target and another --ledger.")
    }
    let checks = try await Preflight(
      accounts: opening.sessions.accounts, shard: opening.sessions.shard,
      target: opening.sessions.target, pack: opening.pack, settings: opening.settings,
      tuning: opening.tuning
    ).run()
    if let failed = checks.first(where: \.isFailed) {
      throw CommandError(
        .refused, "preflight: \(failed.title): \(failed.finding)", hint: failed.remedy)
    }
    return try await opening.claim(plan: [])
  }

  /// The engines to work on: those of the ledger that are still there, and new ones (I7).
  private func engines(
    _ sessions: RunSessions, _ settings: RunSettings, _ reset: EngineReset
  ) async throws -> [EngineContext] {
    let planner = EnginePlanner(accounts: sessions.accounts, shard: sessions.shard)
    let selection = try await planner.select(settings.engines)
    let known = Dictionary(
      uniqueKeysWithValues: try await ledger.engines().map { ($0.slug, $0) })
    let new = selection.chosen.filter { known[$0.slug].map { $0.state == .skipped } ?? true }
    let added = try await planner.measure(new)
    try await ledger.saveEngines(added.map(EngineRecord.init))
    for engine in added {
      console.note(RunEvent(.note, engine: engine.slug, message: "I7: a new engine, picked up"))
    }
    try await skipVanished(selection, known, reset)
    let kept = selection.chosen.compactMap { engine -> EngineContext? in
      guard let record = known[engine.slug], !new.contains(engine) else { return nil }
      guard retriesFailed || (record.state != .failed && record.state != .drifted) else {
        return nil
      }
      return EngineContext(
        engine: engine, dimensions: record.dimensions ?? 0, expectedRows: record.expectedRows,
        expectedBytes: record.expectedBytes)
    }
    return kept + added
  }

  /// An engine that is no longer active and has not been published is left out, with the reason, and what
  /// was copied of it goes from the target.
  private func skipVanished(
    _ selection: EngineSelection, _ known: [String: EngineRecord], _ reset: EngineReset
  ) async throws {
    let reasons = Dictionary(uniqueKeysWithValues: selection.skipped.map { ($0.slug, $0) })
    let chosen = Set(selection.chosen.map(\.slug))
    for (slug, record) in known.sorted(by: { $0.key < $1.key })
    where !chosen.contains(slug) && record.state != .done && record.state != .skipped {
      try await reset.remove(engine: slug)
      try await ledger.recordReset(engine: slug, jobs: [])
      var record = record
      record.state = .skipped
      record.reason =
        reasons[slug].map { "\($0.reason.rule.rawValue): \($0.reason.message)" }
        ?? "it is no longer in the source"
      try await ledger.saveEngines([record])
      console.note(
        RunEvent(.note, engine: slug, message: "skipped: \(record.reason ?? "")"))
    }
  }

  /// With the generation that each engine has reached; a reset raised it.
  private func basePlan(_ engines: [EngineContext]) async throws -> [Job] {
    let jobs = try await ledger.jobs()
    var generations: [String: Int] = [:]
    for record in jobs {
      guard let engine = record.job.name.engine else { continue }
      generations[engine] = max(generations[engine] ?? 1, record.job.generation)
    }
    return BasePlan.control
      + engines.flatMap { BasePlan.jobs(of: $0.slug, generation: generations[$0.slug] ?? 1) }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
