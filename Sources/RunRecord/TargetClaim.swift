import Databases
import Foundation
import JobModel
import PostgresLink

/// Claims a target for this run, or takes the run over from an earlier process.
package struct TargetClaim {
  let target: PostgresConnection
  let sessions: DatabaseSessions
  let run: RunBinding

  package init(target: PostgresConnection, sessions: DatabaseSessions, run: RunBinding) {
    self.target = target
    self.sessions = sessions
    self.run = run
  }

  /// The reason why the target was not claimed.
  package enum Refusal: Error, Sendable {
    /// Another orchestrator claimed it at the same moment.
    case claimedMeanwhile
    case takeover(TakeoverDecision)
    /// Sessions of the run's earlier process still exist, and this role may not end them.
    case leftoverSessions([String])
  }

  /// Creates the schema `orchestrator` with the run and its first plan, in one transaction.
  package func claim(
    _ settings: RunSettings, packHash: String, toolVersion: String, databases: DatabaseIdentities,
    plan: [Job]
  ) async throws -> Fence {
    do throws(PostgresError) {
      try await target.script("begin;\n" + SQL.create, operation: "claiming the target")
      try await target.query(
        SQL.claim,
        [
          .uuid(run.id), .uuid(run.instance.rawValue), .text(encodeJSON(run.place)),
          .text(toolVersion), .text(encodeJSON(settings)), .text(packHash),
          .text(encodeJSON(databases)),
        ])
      try await RunTables(target).add(plan)
      try await target.script("commit")
    } catch {
      await target.rollBack()
      guard error.code == .duplicateSchema || error.code == .uniqueViolation else { throw error }
      throw Refusal.claimedMeanwhile
    }
    let fence = Fence(epoch: 1, instance: run.instance)
    try await beat(fence)
    return fence
  }

  /// Writes the first sign of life: while it is fresh, other processes are refused, even before the first
  /// job.
  private func beat(_ fence: Fence) async throws(PostgresError) {
    try await target.execute(
      SQL.heartbeat, [.uuid(run.instance.rawValue), .integer(Int64(fence.epoch))])
  }

  /// Makes this process the writer of an existing run: ends the sessions that an earlier process left behind,
  /// then raises the epoch, which waits for every job in flight.
  ///
  /// - Parameter waiting: called each time a job in flight has delayed it for some seconds.
  package func takeOver(force: Bool, waiting: () -> Void = {}) async throws -> Fence {
    for _ in 0..<20 {
      guard let row = try await RunTables(target).readRun() else {
        throw Refusal.takeover(.refuseOtherRun(run.id))
      }
      let decision = TakeoverDecision.decide(
        row, run: run.id, me: run.instance, force: force, isKnownDead: \.isKnownDead)
      guard decision == .takeOver else { throw Refusal.takeover(decision) }
      try await endLeftovers()
      if let epoch = try await raiseEpoch(from: row.fence.epoch) {
        let fence = Fence(epoch: epoch, instance: run.instance)
        try await beat(fence)
        return fence
      }
      waiting()
    }
    throw Refusal.leftoverSessions(try await leftovers())
  }

  /// Nil if a job in flight still holds the row, or if another process has raised the epoch.
  private func raiseEpoch(from epoch: Int) async throws(PostgresError) -> Int? {
    do throws(PostgresError) {
      try await target.script("begin; set local lock_timeout = '3s'")
      let rows = try await target.query(
        SQL.takeOver,
        [
          .uuid(run.instance.rawValue), .text(encodeJSON(run.place)), .integer(Int64(epoch)),
        ], operation: "taking over the run")
      try await target.script("commit")
      return try rows.first.map { row throws(PostgresError) in Int(try row.integer("epoch")) }
    } catch {
      await target.rollBack()
      guard error.code == .lockNotAvailable else { throw error }
      return nil
    }
  }

  /// Ends every session of the run except our own, if necessary as the login role. If neither role may end
  /// them, the fence keeps them harmless while we wait for them.
  private func endLeftovers() async throws(PostgresError) {
    do throws(PostgresError) {
      try await endSessions()
    } catch  where error.code == .insufficientPrivilege {
      try await target.script("reset role")
      do throws(PostgresError) {
        try await endSessions()
      } catch  where error.code == .insufficientPrivilege {}
      if let script = sessions.ownerScript { try await target.script(script) }
    }
  }

  private func endSessions() async throws(PostgresError) {
    try await target.query(
      SQL.endLeftovers, [.text(sessions.names.runPrefix), .text(sessions.names.prefix)],
      operation: "ending the sessions of an earlier process")
  }

  private func leftovers() async throws(PostgresError) -> [String] {
    let rows = try await target.query(
      SQL.readLeftovers, [.text(sessions.names.runPrefix), .text(sessions.names.prefix)])
    var names: [String] = []
    for row in rows { names.append("\(try row.text("pid")) (\(try row.text("application_name")))") }
    return names
  }
}
