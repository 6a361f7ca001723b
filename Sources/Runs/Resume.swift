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

  /// - Parameter once: of a run that copies ahead, ends after the first pass that found everything copied.
  package func run(once: Bool = false) async throws -> RunEnd {
    let run = try await open()
    guard run.claim.settings.isAhead else {
      return try await Work(run: run, process: process).run()
    }
    // What people see already is not left behind: a cutover that has begun to publish goes on.
    guard !run.hasPublished else { return try await Cutover.goOn(run, process: process) }
    return try await Ahead(run: run, once: once, process: process).run()
  }

  /// Makes this process the run's writer, and adopts what has changed since.
  func open() async throws -> ClaimedRun {
    StopRequest(ledger: ledger.path).clear()
    do {
      return try await begin()
    } catch let refusal as EngineReset.Refusal {
      throw RunError(refusal)
    } catch {
      throw RunError.interruption(error)
    }
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
    let plan = try await RunTables(open.target).readPlan()
    try await ledger.reconcile(with: plan)
    try await ledger.retryFailed(engines: choices.retriesFailed)
    let writer = run.writer(on: open.target, fence)
    let isRenaming = try await nameUsers(writer)
    let settings = try await settings(of: run, open, writer)
    return try await Continuation(
      claim: Claim(
        ledger: ledger, binding: run.binding, fence: fence, settings: settings, tuning: tuning,
        pack: pack, sessions: run.sessions, control: control),
      retriesFailed: choices.retriesFailed, observer: process.observer
    ).begin(open, plan, reconcilingIdentities: isRenaming)
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

  /// I6: hands the names for identities to the identities job; true if there are any.
  private func nameUsers(_ writer: FencedWriter) async throws -> Bool {
    guard !choices.userNames.isEmpty else { return false }
    try await writer.add(
      choices.userNames.sorted { $0.key < $1.key }.map { id, name in
        Fact(engine: nil, kind: .userName, key: id, job: .identities, value: name)
      })
    return true
  }
}
