import Foundation
import JobModel
import Ledger
import Migration
import PostgresLink

/// Makes a lost or damaged ledger again from what the target holds; `resume` then fills in engines, jobs
/// and facts, as it does after every interruption.
///
/// A ledger that is there is renamed, never overwritten. A crash leaves either none, and it may be
/// repeated, or one that `resume` goes on with.
struct LedgerRebuild {
  let path: String
  let databases: DatabaseSettings
  let stop: StopSignal
  let console: RunConsole

  func run() async throws -> Ledger {
    let factory = SessionFactory(
      databases: databases, run: UUID(), instance: InstanceID(rawValue: UUID()), owner: nil,
      stop: stop)
    let sessions = try await RunSessions.open(factory)
    let state = TargetState(sessions.target)
    guard let row = try await state.readRun(), let begun = try await state.readBeginning() else {
      throw CommandError(
        .refused, "the target carries no run to rebuild the ledger from",
        hint: "Check the target's setting. A fresh target wants: orchestrator start")
    }
    if let aside = try Ledger.setAside(path) {
      console.note(RunEvent(.note, message: "the old ledger was renamed to \(aside)"))
    }
    let ledger = try Ledger.create(
      at: path,
      run: NewRun(
        id: row.runID, toolVersion: begun.toolVersion, packHash: begun.packHash,
        resultSettings: try json(begun.settings), tuningSettings: try json(RunTuning())))
    // Not of the databases that are connected now: `resume` compares those with these.
    try await ledger.saveFingerprints(begun.databases.fingerprints)
    await sessions.close()
    console.note(RunEvent(.note, message: "the ledger was made again from the target"))
    return ledger
  }
}
