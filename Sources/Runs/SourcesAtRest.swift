import Databases
import OldModel
import PostgresLink

/// What the gate has found at both sources.
package struct SourcesAtRest: Sendable {
  /// Transactions that may be writing, each with its user; empty where the sources are at rest.
  package private(set) var writers: [String] = []
  /// What nobody can tell from here.
  package private(set) var warnings: [String] = []

  init() {}

  /// Waits a little until no transaction may be writing to what a run reads.
  init(_ open: OpenDatabases, _ engines: [MeasuredEngine]) async throws {
    let gates = [
      SourceGate(name: "accounts", connection: open.accounts, schemas: ["accounts"]),
      SourceGate(name: "shard", connection: open.shard, schemas: engines.map(\.schema)),
    ]
    for gate in gates {
      let finding = try await gate.pass()
      writers += finding.writers
      if finding.sessions > 0 {
        warnings.append(
          "\(gate.name): sessions of others that are connected and write nothing: \(finding.sessions)"
        )
      }
      guard gate.connection.identity.isInRecovery else { continue }
      warnings.append(
        "\(gate.name) is a standby: transactions that are open on its primary cannot be seen here")
    }
  }
}
