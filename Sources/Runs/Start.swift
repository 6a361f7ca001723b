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

/// `start`: begins a run and works until it ends.
///
/// A crash before the ledger is written leaves nothing. A crash between ledger and target leaves a ledger
/// from which `resume` continues. Where nothing was begun, no run is left in the ledger: the same command may
/// be run again.
package struct Start {
  private let lock: LedgerLock
  private let databases: DatabaseSettings
  private let settings: RunSettings
  private let tuning: RunTuning
  private let allowsSkipped: Bool
  private let process: RunProcess

  /// - Parameter allowsSkipped: whether requested engines that are not active may be skipped.
  package init(
    lock: LedgerLock, databases: DatabaseSettings, settings: RunSettings, tuning: RunTuning,
    allowsSkipped: Bool, process: RunProcess
  ) {
    self.lock = lock
    self.databases = databases
    self.settings = settings
    self.tuning = tuning
    self.allowsSkipped = allowsSkipped
    self.process = process
  }

  /// - Parameter once: of a run that copies ahead, ends after the first pass that found everything copied.
  package func run(once: Bool = false) async throws -> RunEnd {
    StopRequest(ledger: lock.path).clear()
    let run = try await begin()
    guard settings.isAhead else { return try await Work(run: run, process: process).run() }
    return try await Ahead(run: run, once: once, process: process).run()
  }

  private func begin() async throws -> ClaimedRun {
    try await refuseExistingRun()
    let pack = try loadPack(folder: settings.schemaPack, textSearch: settings.textSearch)
    let binding = RunBinding(
      id: UUID(), instance: InstanceID(rawValue: UUID()), place: .current)
    let sessions = DatabaseSessions(
      databases: databases, names: .run(binding.id, instance: binding.instance),
      owner: settings.owner, stop: process.stop)
    async let _ = process.watch(sessions)
    let open = try await OpenDatabases(sessions)
    try await refuseUnmet(open)
    try await open.passPreflight(pack, settings, tuning, process.observer)
    let (selection, engines) = try await chooseEngines(open)
    let ledger = try await writeLedger(binding, pack, open.identities, selection, engines)
    do {
      return try await claim(ledger, binding, pack, sessions, open, engines)
    } catch TargetClaim.Refusal.claimedMeanwhile {
      ledger.discard()
      throw TargetClaim.Refusal.claimedMeanwhile
    } catch {
      throw RunError.interruption(error)
    }
  }

  private func claim(
    _ ledger: Ledger, _ binding: RunBinding, _ pack: SchemaPack, _ sessions: DatabaseSessions,
    _ open: OpenDatabases, _ engines: [MeasuredEngine]
  ) async throws -> ClaimedRun {
    let basePlan =
      BasePlan.control + engines.flatMap { BasePlan.jobs(of: $0.slug, generation: 1) }
    let fence = try await TargetClaim(target: open.target, sessions: sessions, run: binding)
      .claim(
        settings, packHash: pack.hash, toolVersion: ToolVersion.current,
        databases: open.identities, plan: basePlan)
    let control = ControlSession(sessions: sessions, run: binding, fence: fence)
    async let _ = process.beat(control)
    try await ledger.setEpoch(fence.epoch, detail: "claimed the target")
    let plan = try await RunTables(open.target).readPlan()
    let claim = Claim(
      ledger: ledger, binding: binding, fence: fence, settings: settings, tuning: tuning,
      pack: pack, sessions: sessions, control: control)
    return try await claim.begin(open, plan: plan, engines: engines, basePlan: basePlan)
  }

  private func refuseExistingRun() async throws {
    let state: RunState
    do throws(LedgerError) {
      let ledger = try Ledger.openReadOnly(at: lock.path)
      state = try await ledger.run().state
      try ledger.close()
    } catch {
      if error.code == .missing { return }
      throw error
    }
    let otherwise = "For another run, pass another --ledger and a fresh target."
    let hint =
      switch state {
      case .finished: "It is finished and sealed. " + otherwise
      case .finishing: "It is being sealed: run `orchestrator finish` again. " + otherwise
      case .planning, .running, .interrupted, .failed, .complete:
        "Continue it with `orchestrator resume`. To rehearse an engine again, run "
          + "`orchestrator reset --engine <slug>`. " + otherwise
      }
    throw RunError(.refused, "the ledger \(lock.path) already has a run", hint: hint)
  }

  /// Reports a mistake in `--engines` before everything else. If the sources cannot be read, preflight
  /// reports the reason.
  private func refuseUnmet(_ open: OpenDatabases) async throws {
    do {
      try await EngineReader(accounts: open.accounts, shard: open.shard).select(settings.engines)
        .requireMet(settings.engines, allowsSkipped: allowsSkipped)
    } catch let error as PostgresError {
      if error.endsSession { throw error }
    }
  }

  private func chooseEngines(
    _ open: OpenDatabases
  ) async throws -> (EngineSelection, [MeasuredEngine]) {
    let reader = EngineReader(accounts: open.accounts, shard: open.shard)
    let selection = try await reader.select(settings.engines)
    try refuseNothing(selection)
    let engines = try await reader.measure(selection.chosen)
    let rows = engines.reduce(0) { $0 + $1.expectedRows }
    process.observer.note(
      "planned engines: \(engines.count), rows: \(rows), skipped: \(selection.skipped.count)")
    for skipped in selection.skipped where skipped.reason != .notRequested {
      process.observer.note("skipped: \(skipped.explanation)", engine: skipped.slug)
    }
    return (selection, engines)
  }

  /// E3 lists requested engines that cannot take part. A run without any other engine would be a mistake,
  /// and its settings could not be changed afterwards.
  private func refuseNothing(_ selection: EngineSelection) throws(RunError) {
    guard selection.chosen.isEmpty, let asked = settings.engines else { return }
    let reasons = selection.skipped.filter { asked.contains($0.slug) }
      .map { "\($0.slug): \($0.reason.message)" }
    throw RunError(
      .usage, "none of the engines asked for can be migrated: " + reasons.joined(separator: "; "),
      hint: "Nothing was begun. Pass slugs that `orchestrator plan` lists.")
  }

  /// A full disk leaves nothing behind.
  private func writeLedger(
    _ binding: RunBinding, _ pack: SchemaPack, _ identities: DatabaseIdentities,
    _ selection: EngineSelection, _ engines: [MeasuredEngine]
  ) async throws -> Ledger {
    do {
      let ledger = try Ledger.create(
        lock,
        run: NewRun(
          id: binding.id, toolVersion: ToolVersion.current, packHash: pack.hash,
          resultSettings: encodeJSON(settings), tuningSettings: encodeJSON(tuning)))
      do {
        try await fill(ledger, identities, selection, engines)
        return ledger
      } catch {
        ledger.discard()
        throw error
      }
    } catch let error as LedgerError where error.fate == .stopRun {
      throw RunError(
        .usage, "\(error.path): \(error.message)",
        hint:
          "Nothing was begun. Repair that, or pass another --ledger, and run the same command again."
      )
    }
  }

  private func fill(
    _ ledger: Ledger, _ identities: DatabaseIdentities, _ selection: EngineSelection,
    _ engines: [MeasuredEngine]
  ) async throws {
    try await ledger.saveFingerprints(identities.fingerprints)
    try await ledger.saveEngines(
      engines.map(EngineRecord.init) + selection.skipped.map(EngineRecord.init))
    try await ledger.replacePlans(
      of: [nil] + engines.map(\.slug),
      jobs: BasePlan.control + engines.flatMap { BasePlan.jobs(of: $0.slug, generation: 1) })
    try await ledger.checkpoint()
  }
}
