import LocalServers
import PostgresLink

/// A transaction that a test holds open, so that whoever needs what it has locked waits exactly there.
struct Barrier {
  private let connection: PostgresConnection

  /// - Parameter sql: takes the locks, or writes what others must not see yet.
  init(_ cluster: LocalCluster, database: String, _ sql: String) async throws {
    connection = try await PostgresConnection.open(
      ConnectionSettings(name: "barrier", connectionString: cluster.url(database: database)),
      side: .target, applicationName: "tests", stop: try StopSignal())
    try await connection.script("begin;\n" + sql)
  }

  /// Commits, and lets the others on.
  func release() async throws {
    try await connection.script("commit")
    await connection.close()
  }

  /// Takes back what it wrote, and lets the others on.
  func rollBack() async throws {
    try await connection.script("rollback")
    await connection.close()
  }
}
