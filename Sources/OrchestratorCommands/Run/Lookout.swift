import JobModel
import Migration
import PostgresLink

/// Opens sessions for a command that only looks: each server sees them under the name
/// `orchestrator/<command>`, which no run will take for its own.
struct Lookout {
  let command: String
  let stop: StopSignal
  /// What could not be opened.
  private(set) var failures: [PreflightCheck] = []

  init(command: String, stop: StopSignal) {
    self.command = command
    self.stop = stop
  }

  /// - Parameter owner: the role that the session acts as; nil for the one that connects.
  func open(
    _ settings: ConnectionSettings, _ side: SessionSide, owner: String? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await PostgresConnection.open(
      settings, side: side, applicationName: "orchestrator/\(command)", stop: stop)
    if let owner { try await connection.query("set role \(quoteIdentifier(owner))") }
    return connection
  }

  /// Nil where it cannot be opened, and then with the reason among the failures.
  mutating func tryOpening(
    _ settings: ConnectionSettings, _ side: SessionSide, owner: String? = nil
  ) async throws(PostgresError) -> PostgresConnection? {
    do throws(PostgresError) {
      return try await open(settings, side, owner: owner)
    } catch {
      if error.kind == .interrupted { throw error }
      failures.append(PreflightCheck(error, opening: settings.name, owner: owner))
      return nil
    }
  }
}

extension PreflightCheck {
  /// What a session that was not opened says: the server answered only where its role was refused.
  init(_ error: PostgresError, opening name: String, owner: String?) {
    if let owner, error.kind == .server {
      self.init(
        "\(name) lets us act as \(owner)", failed: error.problem,
        remedy: error.hint ?? SessionFactory.ownerRemedy)
    } else {
      self.init(
        "\(name) can be reached", failed: error.problem,
        remedy: error.hint
          ?? "Check its connection setting, its password file and its pg_hba.conf.")
    }
  }
}
