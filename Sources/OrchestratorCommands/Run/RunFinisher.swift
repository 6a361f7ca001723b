import Foundation
import JobModel
import Ledger
import Migration
import PostgresLink

/// Ends a run for good: takes its schema out of the target and seals the ledger.
///
/// Facts are copied to the ledger first, then it says `finishing`, then the schema goes, then it says
/// `finished`. A crash at any point leaves a run that `finish` ends when it is said again.
struct RunFinisher {
  let ledger: Ledger
  let databases: DatabaseSettings
  let acceptsMoved: Bool
  let stop: StopSignal

  /// Nothing is written yet. True where an earlier `finish` was cut short.
  func isBegun() async throws -> Bool {
    switch try await ledger.run().state {
    case .complete: return false
    case .finishing: return true
    case .finished:
      throw CommandError(
        .refused, "the run is finished already, its ledger sealed", hint: "There is nothing to do.")
    case .planning, .running, .interrupted, .failed:
      throw CommandError(
        .refused, "the run is not complete",
        hint: "orchestrator status says what is left; then orchestrator resume.")
    }
  }

  /// Refuses to let go of the marks while anything differs.
  func verify(deep: Bool) async throws {
    let verification = RunVerification(
      ledger: ledger, scope: try await VerifyScope(ledger), databases: databases)
    let progress = deep ? try verification.progress(fromScratch: false) : nil
    let checks = try await verification.open(streams: 4, progress: progress).run()
    try progress?.finish()
    guard checks.isPassed else {
      throw CommandError(
        .failed, "the target does not verify; nothing was changed",
        hint: deep
          ? "orchestrator verify --deep lists every difference. Where it is people's work in the "
            + "target since: orchestrator finish --no-deep."
          : "orchestrator verify lists every difference.")
    }
  }

  func finish() async throws {
    let recorded = try await ledger.run()
    let settings = try JSONDecoder().decode(
      RunSettings.self, from: Data(recorded.identity.resultSettings.utf8))
    let run = RunBinding(
      id: recorded.identity.id, instance: InstanceID(rawValue: UUID()), place: .current)
    let factory = SessionFactory(
      target: databases.target, run: run.id, instance: run.instance, owner: settings.owner,
      stop: stop)
    async let _ = SilenceWatch(factory: factory).run()
    let target = try await factory.target("finish")
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind([.target: target.identity.fingerprint])
    if let row = try await TargetState(target).readRun() {
      try await takeOut(row, run, factory, target)
    } else {
      try await refuseUnlessBegun()
    }
    try await ledger.setRunState(.finished)
  }

  private func takeOut(
    _ row: RunRow, _ run: RunBinding, _ factory: SessionFactory, _ target: PostgresConnection
  ) async throws {
    guard row.runID == run.id else { throw CommandError(.refuseOtherRun(row.runID)) }
    let finish = TargetFinish(target: target, run: run.id)
    if !row.isFinishing {
      let fence = try await TargetClaim(target: target, factory: factory, run: run)
        .takeOver(force: false)
      try await ledger.setEpoch(fence.epoch, detail: "finish")
      try await copyFacts(from: TargetState(target))
      try await ledger.setRunState(.finishing)
      try await finish.begin(fence)
    }
    try await finish.dropSchema()
  }

  /// What only the target knows so far; verification needs it when the schema is gone.
  private func copyFacts(from state: TargetState) async throws {
    try await ledger.recordFacts(of: try await state.readFacts())
    try await ledger.replaceRejectedRows(try await state.readRejected())
  }

  /// A schema that is gone although nobody has begun to take it out was lost.
  private func refuseUnlessBegun() async throws {
    guard try await ledger.run().state == .finishing else {
      throw CommandError(
        .refused, "the target has no schema orchestrator",
        hint: "It was replaced, or restored from before the run. Check the target's setting.")
    }
  }
}
