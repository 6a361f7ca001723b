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
  /// Where the pack lies now; nil for where it lay when the run began.
  let packFolder: String?
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
    let pack = try loadPack(
      folder: packFolder ?? settings.schemaPack, textSearch: settings.textSearch)
    try refuseOtherPack(pack, recorded)
    let run = RunBinding(
      id: recorded.identity.id, instance: InstanceID(rawValue: UUID()), place: .current)
    let factory = SessionFactory(
      databases: databases, run: run.id, instance: run.instance, owner: settings.owner, stop: stop)
    async let _ = SilenceWatch(factory: factory, report: console.note).run()
    let sessions = try await RunSessions.open(factory)
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind(sessions.identities.fingerprints)
    let opening = RunOpening(
      ledger: ledger, run: run, settings: settings, tuning: tuning, pack: pack,
      sessions: sessions)
    let fence = try await takeOver(opening)
    try await ledger.setTuningSettings(try json(tuning), toolVersion: ToolVersion.current)
    try await ledger.setRunState(.planning)
    // The target is right: what is published, and what is not, is decided by its marks alone.
    let held = opening.held(fence)
    _ = try await opening.follow()
    try await planLostSpacesAgain(opening, EngineReset(held))
    let evidence = try await opening.follow()
    if retriesFailed { try await ledger.retryFailed() }
    let engines = try await engines(sessions, settings, EngineReset(held))
    try await lookForDrift(engines, evidence, settings, held, sessions)
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

  /// A mark says that the job's work was committed, not that nobody has dropped it since. What was not
  /// published is copied anew; what was is not ours to replace.
  private func planLostSpacesAgain(_ opening: RunOpening, _ reset: EngineReset) async throws {
    for (engine, isPublished) in try await TargetState(opening.sessions.target).lostSpaces() {
      guard !isPublished else {
        let warning = MigrationWarning(
          rule: "target", engine: engine, row: nil,
          message: "the space is published, but its schema me_\(engine) is gone from the target; "
            + "to migrate it again: orchestrator reset --engine \(engine), then resume")
        try await ledger.recordWarnings([warning])
        console.note(RunEvent(.warning, engine: engine, message: warning.message))
        continue
      }
      try await ledger.recordReset(engine: engine, jobs: try await reset.reset(engine: engine))
      console.note(
        RunEvent(
          .note, engine: engine,
          message: "its schema is gone from the target: copied again from the beginning"))
    }
  }

  /// What has changed at the sources since: identities are reconciled (I7), published rosters warned of.
  private func lookForDrift(
    _ engines: [EngineContext], _ evidence: TargetEvidence, _ settings: RunSettings,
    _ held: HeldRun, _ sessions: RunSessions
  ) async throws {
    if try await IdentityDrift(accounts: sessions.accounts, held: held).planAgainIfMoved() {
      console.note(RunEvent(.note, message: "I7: identities have changed and are reconciled"))
    }
    let warnings = try await RosterDrift(
      accounts: sessions.accounts, shard: sessions.shard, settings: settings
    ).warnings(for: engines, evidence: evidence)
    try await ledger.recordWarnings(warnings)
    for warning in warnings {
      console.note(RunEvent(.warning, engine: warning.engine, message: warning.message))
    }
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

  private func takeOver(_ opening: RunOpening) async throws -> Fence {
    let hasRun = try await TargetState(opening.sessions.target).hasRun()
    guard hasRun else { return try await claimLate(opening) }
    let fence = try await opening.target.takeOver(force: takesOver) {
      console.note(
        RunEvent(.note, message: "waiting for a job in flight of the run's earlier process to end"))
    }
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
    let begunAgain = try await beginAgainWhereLanguageChanged(selection.chosen, known, reset)
    // A ledger that was just made again knows of an engine what the target's plan says: its slug. An
    // engine that could not be read when it was new has no dimensions yet.
    let new = selection.chosen.filter { engine in
      begunAgain.contains(engine.slug)
        || known[engine.slug].map { $0.state == .skipped || ($0.dimensions ?? 0) == 0 } ?? true
    }
    let added = try await planner.measure(new)
    try await ledger.saveEngines(added.map(EngineRecord.init))
    for engine in added where known[engine.slug].map({ $0.state == .skipped }) ?? true {
      console.note(RunEvent(.note, engine: engine.slug, message: "I7: a new engine, picked up"))
    }
    try await skipVanished(selection, known, reset)
    try await ledger.saveEngines(
      selection.skipped.filter { known[$0.slug] == nil }.map(EngineRecord.init))
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

  /// The indexes of a space that is not published yet were made for the language that its engine had.
  private func beginAgainWhereLanguageChanged(
    _ engines: [OldEngine], _ known: [String: EngineRecord], _ reset: EngineReset
  ) async throws -> Set<String> {
    var begunAgain: Set<String> = []
    for engine in engines {
      guard let record = known[engine.slug], record.state != .done, record.state != .skipped,
        let language = record.language, language != engine.language
      else { continue }
      try await ledger.recordReset(
        engine: engine.slug, jobs: try await reset.reset(engine: engine.slug))
      begunAgain.insert(engine.slug)
      console.note(
        RunEvent(
          .note, engine: engine.slug,
          message: "its language is \(engine.language) now, not \(language): copied again from the "
            + "beginning"))
    }
    return begunAgain
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
