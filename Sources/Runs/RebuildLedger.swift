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

/// Creates a lost or damaged ledger again from the target. `resume` then adds engines, jobs and facts, as
/// after every interruption.
///
/// An existing ledger is renamed, never overwritten. A crash leaves either no ledger, and the rebuild may be
/// repeated, or one from which `resume` continues.
package struct RebuildLedger {
  private let lock: LedgerLock
  private let databases: DatabaseSettings
  private let process: RunProcess

  package init(lock: LedgerLock, databases: DatabaseSettings, process: RunProcess) {
    self.lock = lock
    self.databases = databases
    self.process = process
  }

  package func run() async throws -> Ledger {
    let sessions = DatabaseSessions(
      databases: databases, names: .command("rebuild"), owner: nil, stop: process.stop)
    async let _ = process.watch(sessions)
    let target = try await sessions.target("main")
    let tables = RunTables(target)
    guard let row = try await tables.readRun(), let begun = try await tables.readBeginning() else {
      throw RunError(
        .refused, "the target carries no run to rebuild the ledger from",
        hint: "Check the target's setting. For a fresh target, run `orchestrator start`.")
    }
    if let aside = try Ledger.setAside(lock) {
      process.observer.note("the old ledger was renamed to \(aside)")
    }
    let ledger = try Ledger.create(
      lock,
      run: NewRun(
        id: row.runID, toolVersion: begun.toolVersion, packHash: begun.packHash,
        resultSettings: encodeJSON(begun.settings), tuningSettings: encodeJSON(RunTuning())))
    // The databases with which the run began: `resume` compares the connected ones with them.
    try await ledger.saveFingerprints(begun.databases.fingerprints)
    process.observer.note("the ledger was created again from the target")
    if row.isFinishing { try await goOnFinishing(ledger, tables) }
    await target.close()
    return ledger
  }

  /// `finish` was interrupted between its two steps, and its ledger was lost. Only `finish` may continue.
  private func goOnFinishing(_ ledger: Ledger, _ tables: RunTables) async throws {
    try await ledger.reconcile(with: try await tables.readPlan())
    try await ledger.follow(tables)
    for state in [RunState.running, .complete, .finishing] { try await ledger.setRunState(state) }
    throw RunError(
      .refused, "finish has begun: nothing may be written any more",
      hint: "Run `orchestrator finish` to seal the run: its ledger was created again.")
  }
}
