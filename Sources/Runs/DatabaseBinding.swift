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
    try await refuseOthers(now)
    let bound = try await ledger.fingerprints()
    for (role, now) in now.inOrder {
      guard let then = bound[role], then != now, !acceptsMoved else { continue }
      throw RunError(
        .refused,
        "\(role.rawValue) was at \(then.address) on timeline \(then.timeline), and is now at "
          + "\(now.address) on timeline \(now.timeline)",
        hint: "A failover does that, and so does a copy of the database, which must not be "
          + "written. If it is the right one, say the same with --accept-moved.")
    }
    try await ledger.saveFingerprints(now)
  }

  /// Refuses another database, wherever it is; of the ledger it only reads.
  func refuseOthers(_ now: [DatabaseRole: DatabaseFingerprint]) async throws {
    let bound = try await ledger.fingerprints()
    for (role, now) in now.inOrder {
      guard let then = bound[role], let difference = now.difference(from: then) else { continue }
      let place = now.address == then.address ? "" : ", which was at \(then.address)"
      throw RunError(
        .refused,
        "\(role.rawValue): \(now.address) is not the database that the run began with\(place): "
          + difference.finding,
        hint: difference.remedy)
    }
  }
}

extension [DatabaseRole: DatabaseFingerprint] {
  /// The same in every message.
  fileprivate var inOrder: [(key: DatabaseRole, value: DatabaseFingerprint)] {
    sorted { $0.key.rawValue < $1.key.rawValue }
  }
}

extension DatabaseFingerprint {
  /// What tells this database from `then`, as it is said; nil where both are one, however it has moved.
  func difference(from then: DatabaseFingerprint) -> (finding: String, remedy: String)? {
    guard systemIdentifier == then.systemIdentifier else {
      return (
        "another server answers there (its system identifier is \(systemIdentifier), that of the run's "
          + "is \(then.systemIdentifier))",
        "Check the connection settings and --ledger. Where the server was set up anew, its databases "
          + "are new: begin another run with another --ledger."
      )
    }
    guard databaseOID == then.databaseOID else {
      return address == then.address
        ? (
          "it was dropped and made anew since (its oid is \(databaseOID), that of the run's is "
            + "\(then.databaseOID))",
          "Put the right one back; or begin another run with another --ledger."
        )
        : (
          "it is another database of the same server (its oid is \(databaseOID), that of the run's is "
            + "\(then.databaseOID))",
          "Check the connection settings and --ledger."
        )
    }
    return nil
  }
}
