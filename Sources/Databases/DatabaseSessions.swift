import Foundation
import JobModel
import PostgresLink

/// The names under which a process's sessions appear to the servers (`application_name`).
package struct SessionNames: Hashable, Sendable {
  /// The beginning of the name of every session of the run, whichever process opened it. Outside of runs it
  /// equals `prefix`.
  package let runPrefix: String
  /// The beginning of the name of every session of this process.
  package let prefix: String

  /// `orc/<run>/<instance>/<lane>`, 12 hexadecimal digits each: a later process of the run finds the
  /// sessions that this one leaves behind.
  package static func run(_ run: UUID, instance: InstanceID) -> SessionNames {
    let runPrefix = "orc/\(tail(run))/"
    return SessionNames(runPrefix: runPrefix, prefix: runPrefix + "\(tail(instance.rawValue))/")
  }

  /// `orc-verify/<run>/<lane>`: a process of the run does not mistake them for its own.
  package static func verification(of run: UUID) -> SessionNames {
    SessionNames(prefix: "orc-verify/\(tail(run))/")
  }

  /// `orchestrator/<command>/<lane>`, for commands outside of a run.
  package static func command(_ name: String) -> SessionNames {
    SessionNames(prefix: "orchestrator/\(name)/")
  }

  private init(runPrefix: String? = nil, prefix: String) {
    self.runPrefix = runPrefix ?? prefix
    self.prefix = prefix
  }

  /// The random end of an id: version 7 ids begin with the time, which many ids share.
  private static func tail(_ id: UUID) -> String {
    String(id.uuidString.lowercased().filter { $0 != "-" }.suffix(12))
  }
}

/// Opens every session of a command with the three databases, and records which are open, so that
/// ``SilenceWatch`` can watch them.
package struct DatabaseSessions: Sendable {
  private let databases: DatabaseSettings
  package let names: SessionNames
  /// The role that target sessions act as; nil for the login itself.
  private let owner: String?
  /// Whether sessions with the target are read-only, too.
  private let isReadOnly: Bool
  /// Ends every wait of every session when it is raised.
  package let stop: StopSignal
  let open = OpenSessions()

  package init(
    databases: DatabaseSettings, names: SessionNames, owner: String?, isReadOnly: Bool = false,
    stop: StopSignal
  ) {
    self.databases = databases
    self.names = names
    self.owner = owner
    self.isReadOnly = isReadOnly
    self.stop = stop
  }

  /// A read-only session with a source.
  package func source(_ role: DatabaseRole, _ lane: String) async throws(PostgresError)
    -> PostgresConnection
  {
    precondition(role != .target)
    return try await connect(role, lane, side: .source)
  }

  /// A read-only session with the identities' database.
  package func accounts(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await source(.accounts, lane)
  }

  /// A read-only session with the engines' database.
  package func shard(_ lane: String) async throws(PostgresError) -> PostgresConnection {
    try await source(.shard, lane)
  }

  /// A session with the target that acts as the owner.
  ///
  /// - Parameter answerMax: for sessions whose statements are all short.
  package func target(
    _ lane: String, answerMax: Duration? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await connect(
      .target, lane, side: isReadOnly ? .readOnlyTarget : .target, answerMax: answerMax)
    if let script = ownerScript {
      do throws(PostgresError) { try await connection.script(script) } catch {
        var error = error
        if error.kind == .server { error.hint = error.hint ?? Self.ownerRemedy }
        throw error
      }
    }
    return connection
  }

  /// The remedy if the server does not let the login act as the owner.
  package static let ownerRemedy =
    "The --owner role must exist, and the login role must be a member of it."

  /// Makes a target session act as the owner; nil if the login is the owner.
  package var ownerScript: String? {
    owner.map { "set role \(quoteIdentifier($0))" }
  }

  /// A session that looks after the others: read-only, as the role that logged in, and failing after 10 s
  /// without an answer. Nobody looks after it.
  ///
  /// - Parameter place: where the others are, of several servers; nil for whichever comes first.
  package func watch(
    _ role: DatabaseRole, at place: ServerPlace? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let settings = databases[role]
    return try await PostgresConnection.open(
      place.map { settings.at($0) } ?? settings,
      side: role == .target ? .readOnlyTarget : .source,
      applicationName: applicationName("watch"),
      answerMax: .seconds(10), stop: stop)
  }

  private func connect(
    _ role: DatabaseRole, _ lane: String, side: SessionSide, answerMax: Duration? = nil
  ) async throws(PostgresError) -> PostgresConnection {
    let connection = try await PostgresConnection.open(
      databases[role], side: side, applicationName: applicationName(lane), answerMax: answerMax,
      stop: stop)
    register(role, connection.end)
    return connection
  }
}

// MARK: - Sessions that a copy lane opens itself

extension DatabaseSessions {
  /// The name of a lane's sessions.
  package func applicationName(_ lane: String) -> String { names.prefix + lane }

  package func settings(_ role: DatabaseRole) -> ConnectionSettings { databases[role] }

  /// Has a session looked after that was opened elsewhere, under these settings and names.
  package func register(_ role: DatabaseRole, _ end: SessionEnd) {
    open.add(WatchedSession(role: role, end: end))
  }
}
