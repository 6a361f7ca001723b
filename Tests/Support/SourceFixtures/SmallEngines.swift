import LocalServers

/// Both sources with any number of small engines of one size: for what grows with their number. Made by
/// the servers, a hundred engines a script.
package struct SmallEngines: Sendable {
  package let servers: LocalServers
  /// The name of the database in both clusters.
  package let database: String
  package let engines: Int
  /// Of each engine.
  package let rows: Int
  package let dimensions: Int

  package init(
    servers: LocalServers, database: String, engines: Int, rows: Int, dimensions: Int
  ) {
    self.servers = servers
    self.database = database
    self.engines = engines
    self.rows = rows
    self.dimensions = dimensions
  }

  /// Drops both databases, if they are there, and makes them anew.
  ///
  /// - Parameter report: is told after every hundred engines.
  package func recreate(report: (String) -> Void = { _ in }) async throws {
    for cluster in [servers.accounts, servers.shard] {
      try await cluster.dropDatabase(database)
      try await cluster.createDatabase(database)
    }
    try await fill(report: report)
  }

  /// Fills two empty databases.
  package func fill(report: (String) -> Void = { _ in }) async throws {
    try await OldModel.createAccounts(on: servers.accounts, database: database)
    try await servers.accounts.run(
      SQL.smallAccounts, database: database, variables: ["engines": "\(engines)"])
    for first in stride(from: 1, through: engines, by: 100) {
      let last = min(first + 99, engines)
      try await servers.shard.run(
        (first...last).map(script).joined(), database: database,
        variables: ["rows": "\(rows)", "dimensions": "\(dimensions)"])
      report("\(last) of \(engines) engines")
    }
  }

  private func script(_ number: Int) -> String {
    func padded(_ text: String, _ length: Int) -> String {
      String(repeating: "0", count: length - text.count) + text
    }
    let identity = "01900000-0000-7000-8000-" + padded(String(number, radix: 16), 12)
    return """
      \\set schema me_small\(padded("\(number)", 7))
      \\set identity \(identity)
      \(SQL.engine)
      \(SQL.smallEngine)

      """
  }
}
