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

/// `verify`: proves that the target holds what the sources hold, for everything that the ledger records as
/// migrated. It changes nothing in any database and nothing in the ledger.
package struct Verify {
  /// The treatment of the ranges that an earlier, interrupted verification has proven.
  package enum Depth: Sendable {
    case goingOn
    case fromScratch
  }

  private let ledger: Ledger
  private let databases: DatabaseSettings
  private let streams: Int
  private let deep: Depth?
  private let scope: VerifyScope

  /// The run that is verified.
  package var runID: UUID { scope.run }

  /// - Parameters:
  ///   - streams: the number of engines, or of ranges, that are compared at the same time.
  ///   - deep: also compares every column of every memory, and everybody's access; nil leaves that out.
  package init(
    ledger: Ledger, databases: DatabaseSettings, streams: Int, deep: Depth?
  ) async throws {
    self.ledger = ledger
    self.databases = databases
    self.streams = streams
    self.deep = deep
    scope = try await VerifyScope(ledger)
  }

  /// - Parameter report: called for every step.
  package func run(
    report: @escaping @Sendable (Verifier.Step) -> Void = { _ in }
  ) async throws -> VerifyChecks {
    let progress = try deep.map { try openProgress($0) }
    let sessions = DatabaseSessions(
      databases: databases, names: .verification(of: scope.run), owner: scope.settings.owner,
      isReadOnly: true, stop: try StopSignal())
    let verifier = try await Verifier.open(
      scope, sessions: sessions, streams: streams, deep: progress)
    try await refuseOthers(verifier)
    let checks = try await verifier.run(report: report)
    try progress?.finish()
    return checks
  }

  /// Opens the progress of deep verifications, kept beside the ledger.
  private func openProgress(_ depth: Depth) throws -> VerifyProgress {
    let path = ledger.path + "-verify"
    do {
      return try VerifyProgress(
        path: path, run: scope.run, epoch: scope.epoch, fromScratch: depth == .fromScratch)
    } catch is VerifyProgress.InUse {
      throw RunError(
        .refused, "another verify --deep is at work on this ledger",
        hint:
          "Wait for it, or stop it and continue from there. Without --deep, verify may run beside it."
      )
    } catch {
      throw RunError(
        .usage, "cannot write \(path), which keeps the progress of a deep verification",
        hint: "Give this user the right to write beside the ledger, or copy the ledger elsewhere.")
    }
  }

  /// Refuses databases other than the run's, about which a verification would prove nothing.
  private func refuseOthers(_ verifier: Verifier) async throws {
    // An address that has changed is no matter where nothing is written.
    try await DatabaseBinding(ledger: ledger, acceptsMoved: true)
      .refuseOthers(verifier.identities.fingerprints)
    if let run = try await verifier.runOfTarget(), run != scope.run {
      throw RunError(
        .refused, "the target carries another run (\(run.uuidString.lowercased()))",
        hint: "Check --ledger and the target's setting: one of them is another migration's.")
    }
  }
}
