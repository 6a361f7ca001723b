import Foundation
import JobModel
import PostgresLink

/// Opens this run's sessions, under names by which the run can find and end them again:
/// `orc/<run>/<instance>/<lane>`, 12 hexadecimal digits each.
package struct SessionFactory: WatchedSessions {
  private let sources: (accounts: ConnectionSettings, shard: ConnectionSettings)?
  let targetSettings: ConnectionSettings
  package let stop: StopSignal
  let openSessions = OpenSessions()
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
    try await open(accountsSettings, .accounts, lane)
  }

  /// A read-only session with the engines' database.
  package func shard(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await open(shardSettings, .shard, lane)
  }

  /// A session with the target.
  ///
  /// - Parameter answerMax: for sessions whose statements are all short.
  package func target(
    _ lane: String, answerMax: Duration? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await open(targetSettings, .target, lane, answerMax)
    if let script = ownerScript {
      do throws(PostgresError) { try await connection.script(script) } catch {
        var error = error
        if error.kind == .server { error.hint = error.hint ?? Self.ownerRemedy }
        throw error
      }
    }
    return connection
  }

  /// What to do about an owner that the server does not let us act as.
  package static let ownerRemedy =
    "--owner names a role that is there and that the one that logs in is a member of."

  /// What makes a target session act as the owner; nil where the login is the owner.
  var ownerScript: String? {
    owner.map { "set role \(quoteIdentifier($0))" }
  }

  func watch(_ server: WatchedServer) async throws(PostgresError) -> PostgresConnection {
    let settings =
      switch server {
      case .accounts: accountsSettings
      case .shard: shardSettings
      case .target: targetSettings
      }
    return try await PostgresConnection.open(
      settings, side: .source, applicationName: applicationName("watch"), answerMax: .seconds(10),
      stop: stop)
  }

  private func open(
    _ settings: ConnectionSettings, _ server: WatchedServer, _ lane: String,
    _ answerMax: Duration? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await PostgresConnection.open(
      settings, side: server == .target ? .target : .source,
      applicationName: applicationName(lane), answerMax: answerMax, stop: stop)
    openSessions.add(
      WatchedSession(server: server, backend: connection.backend, line: connection.line))
    return connection
  }
}

/// The random end of an id: version 7 ids begin with the time, which many share.
private func tail(_ id: UUID) -> String {
  String(id.uuidString.lowercased().filter { $0 != "-" }.suffix(12))
}
