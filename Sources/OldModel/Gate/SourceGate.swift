import Databases
import PostgresLink

/// Finds out whether a source is at rest: nobody may have written without having committed. Locks are read
/// before any snapshot that is copied: a transaction that is open now is in none of them.
package struct SourceGate {
  /// How the source is called in messages: `accounts` or `shard`.
  package let name: String
  package let connection: PostgresConnection
  /// The schemas that are read.
  package let schemas: [String]

  package init(name: String, connection: PostgresConnection, schemas: [String]) {
    self.name = name
    self.connection = connection
    self.schemas = schemas
  }

  /// What one look at the locks has found.
  package struct Finding: Sendable {
    /// Each writer with its user and application; empty where the source is at rest.
    package var writers: [String] = []
    /// Sessions of others that are merely connected.
    package var sessions = 0
  }

  /// How long writers have to end.
  private static let patience = Duration.seconds(3)

  /// Waits a little until no transaction may be writing; the writers that are left do not end.
  package func pass() async throws -> Finding {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      let finding = try await look()
      if finding.writers.isEmpty || .now >= deadline { return finding }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// One look, in one round trip.
  package func look() async throws(PostgresError) -> Finding {
    let literal = "{" + schemas.map { "\"\($0)\"" }.joined(separator: ",") + "}"
    let answers = try await connection.snapshotScript(
      [
        SQL.gateOpenTransactions,
        fillVariables(SQL.gateWriteLocks, ["schemas": literal]), SQL.gateSessions,
      ], operation: "looking for writers")
    var writers: [String] = []
    for row in answers[0] { writers.append(try describe(row)) }
    for row in answers[1] {
      writers.append("\(try describe(row)) holds \(try row.text("relation")) for writing")
    }
    return Finding(
      writers: writers, sessions: Int(try answers[2].first?.integer("sessions") ?? 0))
  }

  private func describe(_ row: SQLRow) throws(PostgresError) -> String {
    let details = [row["user_name"], row["application"]].compactMap { $0 }.filter { !$0.isEmpty }
    return "\(name): \(try row.text("holder"))"
      + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
  }
}
