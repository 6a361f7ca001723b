import Databases
import JobModel
import PostgresLink

/// Admits new sessions if they lead to the right database, and if its server has not restarted since the run
/// last read the marks.
package actor TargetGate {
  private let bound: DatabaseIdentities
  private var reconciledWith: DatabaseIdentity

  package init(bound: DatabaseIdentities) {
    self.bound = bound
    reconciledWith = bound.target
  }

  /// Throws `.reconcile` if the target's server has restarted or failed over since its marks were last read:
  /// with `synchronous_commit = off`, or on a lagging standby, commits may be lost.
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

  /// Refuses a source to which the run is not bound.
  package func admitAccounts(_ identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.accounts, "accounts")
  }

  /// Refuses a source to which the run is not bound.
  package func admitShard(_ identity: DatabaseIdentity) throws(JobFailure) {
    try admit(identity, as: bound.shard, "shard")
  }

  /// Records that the marks have been read since this start of the target's server.
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
        message: "\(name): \(identity.address) is not the database that the run began with "
          + "(system \(identity.systemIdentifier), oid \(identity.databaseOID))",
        hint: "Point the connection at the run's database again, then run `orchestrator resume`.")
    }
  }
}
