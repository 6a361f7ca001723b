import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Binds a run to the databases with which it began.
struct DatabaseBinding {
  let ledger: Ledger
  /// `--accept-moved`.
  let acceptsMoved: Bool

  /// Refuses another database, and one that moved unless the operator accepts it: a changed address or
  /// timeline may be a failover or a copy of production. Keeps what was accepted.
  func bind(_ now: [DatabaseRole: DatabaseFingerprint]) async throws {
    let bound = try await ledger.fingerprints()
    for (role, now) in now.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let then = bound[role], then != now else { continue }
      guard then.systemIdentifier == now.systemIdentifier, then.databaseOID == now.databaseOID
      else { throw otherDatabase(role, now, then) }
      guard acceptsMoved else {
        throw RunError(
          .refused,
          "\(role.rawValue) was at \(then.address) on timeline \(then.timeline), and is now at "
            + "\(now.address) on timeline \(now.timeline)",
          hint: "Check that this is a failover and not a copy of the database, which must not be "
            + "written. If it is the right one, run the same command with --accept-moved.")
      }
    }
    try await ledger.saveFingerprints(now)
  }

  private func otherDatabase(
    _ role: DatabaseRole, _ now: DatabaseFingerprint, _ then: DatabaseFingerprint
  ) -> RunError {
    guard now.address == then.address else {
      return RunError(
        .refused,
        "\(role.rawValue): \(now.address) is not the database that the run began with "
          + "(\(then.address))",
        hint: "Check the connection settings and --ledger.")
    }
    return RunError(
      .refused,
      "\(role.rawValue): the database at \(now.address) is not the one that the run began with: it "
        + "was dropped and made anew, or another server has taken its place",
      hint: "Restore the right one, or begin a new run with another --ledger.")
  }
}
