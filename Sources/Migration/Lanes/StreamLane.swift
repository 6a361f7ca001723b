import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// A copy lane of this run: opens its two sessions when needed, and admits them. Only one job uses it at a
/// time.
actor StreamLane: PooledLane {
  let name: String
  private let sessions: DatabaseSessions
  private let gate: TargetGate
  private let lane: CopyLane
  private let synchronousCommit: Bool
  private var backend: Backend?

  init(
    _ name: String, sessions: DatabaseSessions, gate: TargetGate, pacer: Pacer?,
    synchronousCommit: Bool
  ) {
    self.name = name
    self.sessions = sessions
    self.gate = gate
    self.synchronousCommit = synchronousCommit
    lane = CopyLane(name: sessions.applicationName(name), pacer: pacer)
  }

  /// Copies one range. Throws ``RowRefusal`` where the target's server answers the rows with an error.
  func copy(_ request: CopyRequest, progress: CopyProgress) async throws -> CopyOutcome {
    if await !lane.isReady() { try await open() }
    return try await goOn(request, progress: progress)
  }

  /// Copies one range in the transactions that are open: sessions that are lost are not opened anew.
  func goOn(_ request: CopyRequest, progress: CopyProgress) async throws -> CopyOutcome {
    do {
      return try await lane.copy(request, progress: progress)
    } catch CopyFailure.fenced {
      throw FenceLost()
    } catch CopyFailure.refused(let cause) {
      throw RowRefusal(error: cause)
    } catch CopyFailure.postgres(let cause) {
      throw cause
    }
  }

  /// Runs a script that begins something on one of the sessions; returns the rows of its last statement.
  func begin(_ script: String, on side: SessionSide, _ operation: String) async throws -> [SQLRow] {
    if await !lane.isOpen { try await open() }
    return try await goOn(script, on: side, operation)
  }

  /// The same in the transactions that are open.
  func goOn(_ script: String, on side: SessionSide, _ operation: String) async throws -> [SQLRow] {
    try await lane.run(script, on: side, operation: operation)
  }

  /// Ends what transactions are open on either session; a session that is lost has ended its own.
  func rollBack() async {
    for side in [SessionSide.source, .target] where await lane.isOpen {
      // A failure drops both sessions, which rolls back as well.
      _ = try? await lane.run("rollback", on: side)
    }
  }

  private func open() async throws {
    let ends = try await lane.open(
      source: sessions.settings(.shard), target: sessions.settings(.target),
      applicationName: sessions.applicationName(name), targetScript: targetScript,
      stop: sessions.stop)
    backend = ends.target.backend
    for (role, end) in [(DatabaseRole.shard, ends.source), (.target, ends.target)] {
      sessions.register(role, end)
    }
    do {
      try await gate.admitShard(ends.source.identity)
      try await gate.admitTarget(ends.target.identity)
    } catch {
      await lane.close()
      throw error
    }
  }

  func takeLostBackend() async -> Backend? {
    guard let lost = backend, await !lane.isOpen else { return nil }
    backend = nil
    return lost
  }

  /// The settings of the target's session.
  private var targetScript: String {
    [sessions.ownerScript, synchronousCommit ? nil : "set synchronous_commit = off"]
      .compactMap { $0 }.joined(separator: "; ")
  }
}
