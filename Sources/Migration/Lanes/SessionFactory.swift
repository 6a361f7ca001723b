import Foundation
import JobModel
import PostgresLink

/// Opens this run's sessions, under names by which the run can find and end them again:
/// `orc/<run>/<instance>/<lane>`, 12 hexadecimal digits each.
package struct SessionFactory: Sendable {
  package let databases: DatabaseSettings
  package let stop: StopSignal
  /// The role that target sessions act as.
  private let owner: String?
  /// Begins the name of every session of the run.
  let runPrefix: String
  /// Begins the name of every session of this process.
  let instancePrefix: String

  package init(
    databases: DatabaseSettings, run: UUID, instance: InstanceID, owner: String?, stop: StopSignal
  ) {
    self.databases = databases
    self.stop = stop
    self.owner = owner
    runPrefix = "orc/\(tail(run))/"
    instancePrefix = "orc/\(tail(run))/\(tail(instance.rawValue))/"
  }

  func applicationName(_ lane: String) -> String {
    instancePrefix + lane
  }

  /// A read-only session with the identities' database.
  package func accounts(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await open(databases.accounts, .source, lane)
  }

  /// A read-only session with the engines' database.
  package func shard(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await open(databases.shard, .source, lane)
  }

  /// A session with the target.
  package func target(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    let connection = try await open(databases.target, .target, lane)
    if let script = ownerScript { try await connection.script(script) }
    return connection
  }

  /// What makes a target session act as the owner; nil where the login is the owner.
  var ownerScript: String? {
    owner.map { "set role \(quoteIdentifier($0))" }
  }

  private func open(
    _ settings: ConnectionSettings, _ side: SessionSide, _ lane: String
  ) async throws(PostgresError) -> PostgresConnection {
    try await PostgresConnection.open(
      settings, side: side, applicationName: applicationName(lane), stop: stop)
  }
}

/// The random end of an id: version 7 ids begin with the time, which many share.
private func tail(_ id: UUID) -> String {
  String(id.uuidString.lowercased().filter { $0 != "-" }.suffix(12))
}
