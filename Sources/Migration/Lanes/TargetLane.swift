import JobModel
import PostgresLink

/// A lane with one session with the target, opened when needed. Only one job uses it at a time.
actor TargetLane {
  let name: String
  private let factory: SessionFactory
  private let gate: TargetGate
  private let control: ControlSession
  private var connection: PostgresConnection?

  init(_ name: String, factory: SessionFactory, gate: TargetGate, control: ControlSession) {
    self.name = name
    self.factory = factory
    self.gate = gate
    self.control = control
  }

  /// The session; a new one is admitted first, and the backend of a lost one is ended before.
  func session() async throws -> PostgresConnection {
    if let connection {
      if await connection.isOpen { return connection }
      try await control.end(connection.backend)
      self.connection = nil
    }
    let opened = try await factory.target(name)
    try await gate.admitTarget(opened.identity)
    connection = opened
    return opened
  }
}
