import Foundation
import JobModel
import Ledger
import Logging
import Mapping
import Migration
import PostgresLink
import SchemaPack

/// Begins a run: looks whether it can go through, plans it, writes the ledger, claims the target.
///
/// A crash before the ledger is written leaves nothing; between ledger and target, a ledger that `resume`
/// goes on with.
struct RunStarter {
  let path: String
  let databases: DatabaseSettings
  let settings: RunSettings
  let tuning: RunTuning
  let stop: StopSignal
  let console: RunConsole

  func begin() async throws -> RunContext {
    try refuseExistingRun()
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    let run = RunBinding(
      id: UUID(), instance: InstanceID(rawValue: UUID()), place: .current)
    let factory = SessionFactory(
      databases: databases, run: run.id, instance: run.instance, owner: settings.owner, stop: stop)
    async let _ = SilenceWatch(factory: factory, report: console.note).run()
    let sessions = try await RunSessions.open(factory)
    try await passPreflight(sessions, pack)
    let (selection, engines) = try await plan(sessions)
    let ledger = try await writeLedger(run, pack, sessions.identities, selection, engines)
    let opening = RunOpening(
      ledger: ledger, run: run, settings: settings, tuning: tuning, pack: pack,
      sessions: sessions)
    let jobs = BasePlan.control + engines.flatMap { BasePlan.jobs(of: $0.slug, generation: 1) }
    let fence = try await opening.claim(plan: jobs)
    return try await opening.context(fence: fence, engines: engines, basePlan: jobs)
  }

  private func refuseExistingRun() throws {
    do throws(LedgerError) {
      try Ledger.openReadOnly(at: path).close()
    } catch {
      if error.code == .missing { return }
      throw error
    }
    throw CommandError(
      .refused, "the ledger \(path) already has a run",
      hint: "Go on with it: orchestrator resume. To rehearse an engine again: orchestrator reset "
        + "--engine <slug>. For another run give another --ledger.")
  }

  private func passPreflight(_ sessions: RunSessions, _ pack: SchemaPack) async throws {
    let checks = try await Preflight(
      accounts: sessions.accounts, shard: sessions.shard, target: sessions.target, pack: pack,
      settings: settings, tuning: tuning
    ).run()
    let failed = checks.filter(\.isFailed)
    guard failed.isEmpty else {
      let findings = failed.map { "  ✗ \($0.title): \($0.finding)\n    → \($0.remedy ?? "")" }
      throw CommandError(
        .refused,
        "preflight found \(failed.count) of \(checks.count) checks failed; nothing was written\n"
          + findings.joined(separator: "\n"))
    }
    for check in checks where check.outcome == .warning {
      console.note(RunEvent(.note, message: "preflight: ⚠ \(check.title): \(check.finding)"))
    }
    console.note(RunEvent(.note, message: "preflight: \(checks.count) checks passed"))
  }

  private func plan(
    _ sessions: RunSessions
  ) async throws -> (EngineSelection, [EngineContext]) {
    let planner = EnginePlanner(accounts: sessions.accounts, shard: sessions.shard)
    let selection = try await planner.select(settings.engines)
    try refuseNothing(selection)
    let engines = try await planner.measure(selection.chosen)
    let rows = engines.reduce(0) { $0 + $1.expectedRows }
    console.note(
      RunEvent(
        .note,
        message: "planned \(engines.count) engines with \(rows) rows; "
          + "\(selection.skipped.count) skipped"))
    for skipped in selection.skipped where skipped.reason != .notRequested {
      let reason = "\(skipped.reason.rule.rawValue): \(skipped.reason.message)"
      console.note(RunEvent(.note, engine: skipped.slug, message: "skipped: \(reason)"))
    }
    return (selection, engines)
  }

  /// E3 lists what was asked for in vain; a run of nothing else would be a slip of the hand, and its
  /// settings could not be changed any more.
  private func refuseNothing(_ selection: EngineSelection) throws {
    guard selection.chosen.isEmpty, let asked = settings.engines else { return }
    let reasons = selection.skipped.filter { asked.contains($0.slug) }
      .map { "\($0.slug): \($0.reason.message)" }
    throw CommandError(
      .usage, "none of the engines asked for can be migrated: " + reasons.joined(separator: "; "),
      hint: "orchestrator plan lists the engines by their slugs. Nothing was begun.")
  }

  private func writeLedger(
    _ run: RunBinding, _ pack: SchemaPack, _ identities: DatabaseIdentities,
    _ selection: EngineSelection, _ engines: [EngineContext]
  ) async throws -> Ledger {
    let ledger = try Ledger.create(
      at: path,
      run: NewRun(
        id: run.id, toolVersion: ToolVersion.current, packHash: pack.hash,
        resultSettings: try json(settings), tuningSettings: try json(tuning)))
    try await ledger.saveFingerprints(identities.fingerprints)
    try await ledger.saveEngines(
      engines.map(EngineRecord.init) + selection.skipped.map(EngineRecord.init))
    try await ledger.replacePlan(engine: nil, jobs: BasePlan.control)
    for engine in engines {
      try await ledger.replacePlan(
        engine: engine.slug, jobs: BasePlan.jobs(of: engine.slug, generation: 1))
    }
    try await ledger.checkpoint()
    return ledger
  }
}

/// Settings as the ledger keeps them.
func json(_ settings: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(settings), as: UTF8.self)
}
