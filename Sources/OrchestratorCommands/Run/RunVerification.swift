import Foundation
import Ledger
import Migration
import PostgresLink

/// Opens a verification of what a ledger says was migrated.
struct RunVerification {
  let ledger: Ledger
  let scope: VerifyScope
  let databases: DatabaseSettings

  /// - Parameter progress: for a deep one.
  func open(streams: Int, progress: VerifyProgress?) async throws -> Verifier {
    let sessions = VerifySessions(
      databases: databases, run: scope.run, owner: scope.settings.owner, stop: try StopSignal())
    let verifier = try await Verifier.open(
      scope, sessions: sessions, streams: streams, deep: progress)
    try await refuseOthers(verifier, bound: try await ledger.fingerprints())
    return verifier
  }

  /// What earlier deep verifications have proven, kept beside the ledger.
  func progress(fromScratch: Bool) throws -> VerifyProgress {
    let path = ledger.path + "-verify"
    do {
      return try VerifyProgress(
        path: path, run: scope.run, epoch: scope.epoch, fromScratch: fromScratch)
    } catch is VerifyProgress.InUse {
      throw CommandError(
        .refused, "another verify --deep is at work on this ledger",
        hint:
          "Wait for it, or stop it and go on where it was. Without --deep verify may run beside it."
      )
    } catch {
      throw CommandError(
        .usage, "cannot write \(path), which keeps how far a deep verification is",
        hint: "Give this user the right to write beside the ledger, or copy the ledger elsewhere.")
    }
  }

  /// A verification against other databases than the run's would say nothing about it.
  private func refuseOthers(
    _ verifier: Verifier, bound: [DatabaseRole: DatabaseFingerprint]
  ) async throws {
    for (role, now) in verifier.identities.fingerprints {
      guard let then = bound[role] else { continue }
      guard then.systemIdentifier == now.systemIdentifier, then.databaseOID == now.databaseOID
      else {
        throw CommandError(
          .refused,
          "\(role.rawValue): \(now.address) is not the database of this run (\(then.address))",
          hint: "Check the connection settings and --ledger.")
      }
    }
    if let run = try await verifier.runOfTarget(), run != scope.run {
      throw CommandError(
        .refused, "the target carries another run (\(run.uuidString.lowercased()))",
        hint: "Check --ledger and the target's setting: one of them is another migration's.")
    }
  }
}
