import PostgresLink

/// The three databases of a run.
package struct DatabaseSettings: Sendable {
  package var accounts: ConnectionSettings
  package var shard: ConnectionSettings
  package var target: ConnectionSettings

  package init(
    accounts: ConnectionSettings, shard: ConnectionSettings, target: ConnectionSettings
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
  }

  subscript(server: WatchedServer) -> ConnectionSettings {
    switch server {
    case .accounts: accounts
    case .shard: shard
    case .target: target
    }
  }
}

/// What the run has bound itself to: other databases under the same settings are refused.
package struct DatabaseIdentities: Codable, Hashable, Sendable {
  package var accounts: DatabaseIdentity
  package var shard: DatabaseIdentity
  package var target: DatabaseIdentity

  package init(
    accounts: DatabaseIdentity, shard: DatabaseIdentity, target: DatabaseIdentity
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
  }
}
