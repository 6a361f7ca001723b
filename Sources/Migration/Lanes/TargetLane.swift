import Databases
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// A lane with one session for the target, opened when needed. Only one job uses it at a time.
actor TargetLane: PooledLane {
  let name: String
  private let sessions: DatabaseSessions
  private let gate: TargetGate
  private var connection: PostgresConnection?

  init(_ name: String, sessions: DatabaseSessions, gate: TargetGate) {
    self.name = name
    self.sessions = sessions
    self.gate = gate
  }

  /// The session; a new one is admitted first.
  func session() async throws -> PostgresConnection {
    if let connection, await connection.isReady() { return connection }
    let opened = try await sessions.target(name)
    try await gate.admitTarget(opened.identity)
    connection = opened
    return opened
  }

  func takeLostBackend() async -> Backend? {
    guard let lost = connection, await !lost.isOpen else { return nil }
    connection = nil
    return lost.backend
  }
}
