/// One of the three databases of a migration.
package enum DatabaseSide: Sendable, CaseIterable {
  case accounts, shard, target

  package static let all = Set(allCases)
  package static let sources: Set<DatabaseSide> = [.accounts, .shard]
}

/// Databases of one test, under one name on each of the test clusters.
package struct TestDatabases: Sendable {
  package let servers: LocalServers
  /// The same in all three clusters, as in production.
  package let name: String

  package var accountsURL: String { servers.accounts.url(database: name) }
  package var shardURL: String { servers.shard.url(database: name) }
  package var targetURL: String { servers.target.url(database: name) }
}

extension LocalServers {
  package subscript(side: DatabaseSide) -> LocalCluster {
    switch side {
    case .accounts: accounts
    case .shard: shard
    case .target: target
    }
  }
}
