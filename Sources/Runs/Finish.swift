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
import Verification

/// `finish`: ends a run for good. It removes the run's schema from the target and seals the ledger.
///
/// Facts are copied to the ledger first, then the ledger is `finishing`, then the schema goes, then the
/// ledger is `finished`. If it is interrupted at any point, run `finish` again.
package struct Finish {
  private let ledger: Ledger
  private let databases: DatabaseSettings
  private let acceptsMoved: Bool
  private let stop: StopSignal

  package init(
    ledger: Ledger, databases: DatabaseSettings, acceptsMoved: Bool, stop: StopSignal
  ) {
    self.ledger = ledger
    self.databases = databases
    self.acceptsMoved = acceptsMoved
    self.stop = stop
  }

  /// Whether an earlier `finish` was interrupted. Writes nothing, and refuses a run that is not complete.
  package func isBegun() async throws -> Bool {
    switch try await ledger.run().state {
    case .complete: return false
    case .finishing: return true
    case .finished:
      throw RunError(
        .refused, "the run is finished already, its ledger sealed", hint: "There is nothing to do.")
    case .planning, .running, .interrupted, .failed:
      throw RunError(
        .refused, "the run is not complete",
        hint: "Run `orchestrator resume`. `orchestrator status` shows what is left.")
    }
  }

  /// Refuses to remove the marks while anything differs.
  package func verify(deep: Bool) async throws {
    let verify = try await Verify(
      ledger: ledger, databases: databases, streams: 4,
      deep: deep ? .goingOn : nil)
    guard try await verify.run().isPassed else {
      throw RunError(
        .failed, "the target does not verify; nothing was changed",
        hint: deep
          ? "Run `orchestrator verify --deep`, which lists every difference. If they are people's "
            + "work in the target, run `orchestrator finish --no-deep`."
          : "Run `orchestrator verify`, which lists every difference.")
    }
  }

  package func run() async throws {
    let run = try await OpenRun(
      ledger, DatabaseSettings(target: databases[.target]), stop: stop)
    async let _ = SilenceWatch(run.sessions).run()
    let target = try await run.sessions.target("finish")
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind([.target: target.identity.fingerprint])
    if let row = try await RunTables(target).readRun() {
      try await takeOut(row, run, target)
    } else {
      try await refuseUnlessBegun()
    }
    try await ledger.setRunState(.finished)
  }

  private func takeOut(
    _ row: RunRow, _ run: OpenRun, _ target: PostgresConnection
  ) async throws {
    guard row.runID == run.binding.id else {
      throw TargetClaim.Refusal.takeover(.refuseOtherRun(row.runID))
    }
    let finish = TargetFinish(target: target, run: run.binding.id)
    if !row.isFinishing {
      let fence = try await run.claim(of: target).takeOver(force: false)
      try await ledger.setEpoch(fence.epoch, detail: "finish")
      // Verification needs the facts when the schema is gone.
      try await ledger.follow(RunTables(target))
      try await ledger.setRunState(.finishing)
      try await finish.begin(fence)
    }
    try await finish.dropSchema()
  }

  /// A schema that is gone before `finish` has begun was lost.
  private func refuseUnlessBegun() async throws {
    guard try await ledger.run().state == .finishing else {
      throw RunError(
        .refused, "the target has no schema orchestrator",
        hint: "Check the target's setting. The target may have been replaced, or restored to a "
          + "moment before the run.")
    }
  }
}
