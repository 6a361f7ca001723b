import JobModel
import PostgresLink

/// The connection settings of the databases that a command needs.
package struct DatabaseSettings: Sendable {
  private let settings: [DatabaseRole: ConnectionSettings]

  /// All three, for runs and their verification.
  package init(
    accounts: ConnectionSettings, shard: ConnectionSettings, target: ConnectionSettings
  ) {
    settings = [.accounts: accounts, .shard: shard, .target: target]
  }

  /// For a command that reads only the sources.
  package init(accounts: ConnectionSettings, shard: ConnectionSettings) {
    settings = [.accounts: accounts, .shard: shard]
  }

  /// For a command that reads no source.
  package init(target: ConnectionSettings) {
    settings = [.target: target]
  }

  /// The settings of one database. Traps if the command did not ask for that database, which is a bug.
  package subscript(role: DatabaseRole) -> ConnectionSettings {
    guard let settings = settings[role] else {
      preconditionFailure("this command does not use the database \(role.rawValue)")
    }
    return settings
  }
}

/// The databases to which a run is bound. Other databases behind the same settings are refused.
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
