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

/// Makes a lost or damaged ledger again from what the target holds; `resume` then fills in engines, jobs
/// and facts, as it does after every interruption.
///
/// A ledger that is there is renamed, never overwritten. A crash leaves either none, and the rebuild may be
/// repeated, or one that `resume` goes on with.
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
        hint: "Check the target's setting. A fresh target wants: orchestrator start")
    }
    if let aside = try Ledger.setAside(lock) {
      process.observer.note("the old ledger was renamed to \(aside)")
    }
    let ledger = try Ledger.create(
      lock,
      run: NewRun(
        id: row.runID, toolVersion: begun.toolVersion, packHash: begun.packHash,
        resultSettings: encodeJSON(begun.settings), tuningSettings: encodeJSON(RunTuning())))
    // Not of the databases that are connected now: `resume` compares those with these.
    try await ledger.saveFingerprints(begun.databases.fingerprints)
    process.observer.note("the ledger was made again from the target")
    if row.isFinishing { try await goOnFinishing(ledger, tables) }
    await target.close()
    return ledger
  }

  /// `finish` was cut short between its two steps, and its ledger lost: only `finish` may go on.
  private func goOnFinishing(_ ledger: Ledger, _ tables: RunTables) async throws {
    try await ledger.reconcile(with: try await tables.readPlan())
    try await ledger.follow(tables)
    for state in [RunState.running, .complete, .finishing] { try await ledger.setRunState(state) }
    throw RunError(
      .refused, "finish has begun: nothing may be written any more",
      hint: "The ledger was made again from the target. Seal the run with: orchestrator finish")
  }
}
