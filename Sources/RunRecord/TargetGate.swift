import Databases
import JobModel
import PostgresLink

/// Admits new sessions: the right database, in the life of its server that this run has reconciled
/// itself with.
package actor TargetGate {
  private let bound: DatabaseIdentities
  private var reconciledWith: DatabaseIdentity

  package init(bound: DatabaseIdentities) {
    self.bound = bound
    reconciledWith = bound.target
  }

  /// Throws `.reconcile` when the target's server has restarted or failed over since its marks were
  /// last read: with `synchronous_commit = off`, or a lagging standby, committed work may be gone.
  package func admitTarget(_ identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.target, "target")
    guard !identity.isInRecovery else {
      throw JobFailure(
        fate: .retry, message: "target: the server is a standby (a failover under way?)")
    }
    guard !identity.mayHaveLostCommits(since: reconciledWith) else {
      throw JobFailure(fate: .reconcile, message: "target: the server has restarted or failed over")
    }
  }

  /// Refuses a source that is not the one the run was bound to.
  package func admitAccounts(_ identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.accounts, "accounts")
  }

  /// Refuses a source that is not the one the run was bound to.
  package func admitShard(_ identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.shard, "shard")
  }

  /// The marks have been read in this life of the target's server.
  package func reconciled(with identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.target, "target")
    reconciledWith = identity
  }

  private func admit(
    _ identity: DatabaseIdentity, as bound: DatabaseIdentity, _ name: String
  ) throws(JobFailure) {
    guard identity.isSameDatabase(as: bound) else {
      throw JobFailure(
        fate: .stopRun,
        message: "\(name): \(identity.address) is now another database than the run began with "
          + "(system \(identity.systemIdentifier), oid \(identity.databaseOID))",
        hint: "Point the connection back at the database of the run, then resume.")
    }
  }
}
