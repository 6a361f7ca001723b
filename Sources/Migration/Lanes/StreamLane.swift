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

  func copy(_ request: CopyRequest, progress: CopyProgress) async throws -> CopyOutcome {
    if await !lane.isOpen { try await open() }
    do {
      return try await lane.copy(request, progress: progress)
    } catch CopyFailure.fenced {
      throw FenceLost()
    } catch CopyFailure.postgres(let cause) {
      throw cause
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

  /// Opens another session with the engines' database, beside the one that streams.
  func openShard(_ lane: String) async throws -> PostgresConnection {
    let shard = try await sessions.shard(lane)
    try await gate.admitShard(shard.identity)
    return shard
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
