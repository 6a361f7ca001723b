import Foundation
import JobModel
import PostgresLink

/// Opens this run's sessions, under names by which the run can find and end them again:
/// `orc/<run>/<instance>/<lane>`, 12 hexadecimal digits each.
package struct SessionFactory: Sendable {
  private let sources: (accounts: ConnectionSettings, shard: ConnectionSettings)?
  let targetSettings: ConnectionSettings
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
    self.init(
      sources: (databases.accounts, databases.shard), target: databases.target, run: run,
      instance: instance, owner: owner, stop: stop)
  }

  /// For the commands that read no source.
  package init(
    target: ConnectionSettings, run: UUID, instance: InstanceID, owner: String?, stop: StopSignal
  ) {
    self.init(
      sources: nil, target: target, run: run, instance: instance, owner: owner, stop: stop)
  }

  private init(
    sources: (accounts: ConnectionSettings, shard: ConnectionSettings)?,
    target: ConnectionSettings, run: UUID, instance: InstanceID, owner: String?, stop: StopSignal
  ) {
    self.sources = sources
    targetSettings = target
    self.stop = stop
    self.owner = owner
    runPrefix = "orc/\(tail(run))/"
    instancePrefix = "orc/\(tail(run))/\(tail(instance.rawValue))/"
  }

  /// The engines' database, for the lanes that stream from it.
  var shardSettings: ConnectionSettings {
    guard let sources else { preconditionFailure("this command reads no source") }
    return sources.shard
  }

  private var accountsSettings: ConnectionSettings {
    guard let sources else { preconditionFailure("this command reads no source") }
    return sources.accounts
  }

  func applicationName(_ lane: String) -> String {
    instancePrefix + lane
  }

  /// A read-only session with the identities' database.
  package func accounts(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await open(accountsSettings, .source, lane)
  }

  /// A read-only session with the engines' database.
  package func shard(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await open(shardSettings, .source, lane)
  }

  /// A session with the target.
  package func target(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    let connection = try await open(targetSettings, .target, lane)
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
