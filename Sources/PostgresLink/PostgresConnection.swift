import CLibPQ
import Foundation

/// One session with a server, for everything except copying rows.
///
/// After an error of the server the session stays usable. After any other failure it is closed, and every
/// further call throws. The server rolls back the transaction of a lost session.
package actor PostgresConnection {
  private let executor: ConnectionExecutor
  private var session: Session?
  private let name: String

  /// What is known of its other end.
  package nonisolated let end: SessionEnd
  /// The server process behind this session; ends with it.
  package nonisolated var backend: Backend { end.backend }
  /// The connected database.
  package nonisolated var identity: DatabaseIdentity { end.identity }

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Connects, refuses poolers, and sets and verifies the session's settings: three round trips
  /// beyond the login.
  ///
  /// - Parameters:
  ///   - applicationName: overrides the connection string's; at most 63 bytes.
  ///   - answerMax: the longest wait for an answer, for sessions whose statements are all short; nil for no
  ///     limit.
  ///   - stop: ends every wait of this session when raised.
  package static func open(
    _ settings: ConnectionSettings, side: SessionSide, applicationName: String,
    answerMax: Duration? = nil, stop: StopSignal
  ) async throws(PostgresError) -> PostgresConnection {
    let executor = ConnectionExecutor(label: applicationName)
    let opener = SessionOpener(executor: executor)
    let opened = try await opener.open(
      settings, side: side, applicationName: applicationName, answerMax: answerMax, stop: stop)
    return PostgresConnection(executor: executor, name: settings.name, opened: opened)
  }

  private init(executor: ConnectionExecutor, name: String, opened: sending OpenedSession) {
    self.executor = executor
    self.name = name
    end = opened.end
    session = opened.session
  }

  /// Runs one statement with its values bound to `$1…`.
  @discardableResult
  package func query(_ sql: String, _ values: [SQLValue] = [], operation: String = "")
    throws(PostgresError) -> [SQLRow]
  {
    try run(sql, values, operation: operation).rows
  }

  /// Runs one statement and returns the number of rows that it touched.
  @discardableResult
  package func execute(_ sql: String, _ values: [SQLValue] = [], operation: String = "")
    throws(PostgresError) -> Int
  {
    try run(sql, values, operation: operation).affected ?? 0
  }

  /// Asks a question of any number of statements, in one round trip. After an error the server runs none of
  /// the statements that follow; a transaction that they have opened is left failed. Where none is open, the
  /// statements are one. A COPY cannot be among them.
  ///
  /// - Parameter operation: for errors of statements that name none.
  @discardableResult
  package func ask<Value>(_ query: Query<Value>, operation: String = "") throws(PostgresError)
    -> Value
  {
    let results = try use(operation) { session throws(PostgresError) in
      try session.pipeline(query.statements)
    }
    return try query.value(of: results)
  }

  /// Runs a script of any number of statements, in one round trip.
  @discardableResult
  package func script(_ sql: String, operation: String = "") throws(PostgresError) -> [[SQLRow]] {
    try use(operation) { session throws(PostgresError) in
      try session.send(script: sql)
      return try session.results()
    }.map(\.rows)
  }

  private func run(_ sql: String, _ values: [SQLValue], operation: String)
    throws(PostgresError) -> SQLResult
  {
    let results = try use(operation) { session throws(PostgresError) in
      try session.send(sql, values)
      return try session.results()
    }
    return results.last ?? SQLResult(rows: [], affected: nil)
  }

  /// The notices and warnings received since the last call, with how often each was.
  package func takeNotices() -> [ServerNotice: Int] {
    session?.takeNotices() ?? [:]
  }

  /// Closes the session. The server rolls back an open transaction.
  package func close() {
    session = nil
  }

  /// Whether it can still be used.
  package var isOpen: Bool {
    if session?.isAlive == false { session = nil }
    return session != nil
  }

  /// Whether a job can be given to it; one that no longer answers is closed.
  package func isReady(_ rest: Rest = Rest()) -> Bool {
    if session?.isReady(rest) == false { session = nil }
    return session != nil
  }

  private func use<Value>(
    _ operation: String, _ body: (Session) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    func place(_ operation: String) -> String {
      operation.isEmpty ? name : "\(name): \(operation)"
    }
    guard let session else {
      throw PostgresError(
        kind: .connectionLost, message: "the session is closed", operation: place(operation))
    }
    do throws(PostgresError) {
      return try body(session)
    } catch {
      if error.kind == .interrupted { CancelRequests.send(for: session) }
      if error.endsSession { self.session = nil }
      throw error.during(place(error.operation.isEmpty ? operation : error.operation))
    }
  }
}

/// When a session that nobody has used for a while is asked before it is trusted.
package struct Rest: Sendable {
  /// A session is trusted for this long after its server's last answer.
  package var restMax: Duration
  /// Then an answer has to come within this.
  package var answerMax: Duration

  package init(restMax: Duration = .seconds(5), answerMax: Duration = .seconds(5)) {
    self.restMax = restMax
    self.answerMax = answerMax
  }
}

/// A server process: a pid alone may be reused, with its start it is unique.
package struct Backend: Sendable, Hashable, Codable {
  package var pid: Int
  /// `pg_stat_activity.backend_start` as seconds since 1970, with microseconds.
  package var start: String

  package init(pid: Int, start: String) {
    self.pid = pid
    self.start = start
  }
}

/// What is known of a session from the outside, as long as it lasts.
package struct SessionEnd: Sendable {
  /// The connected database.
  package var identity: DatabaseIdentity
  /// Where that is.
  package var place: ServerPlace
  /// The server process behind it; ends with it.
  package var backend: Backend
  /// The session's wait for its server, for other tasks.
  package var line: Lifeline
}

/// A session, with the values read when it was opened.
struct OpenedSession {
  var session: Session
  var end: SessionEnd
}

/// Opens sessions on the executor that owns them.
actor SessionOpener {
  private let executor: ConnectionExecutor

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(executor: ConnectionExecutor) {
    self.executor = executor
  }

  func open(
    _ settings: ConnectionSettings, side: SessionSide, applicationName: String,
    answerMax: Duration?, stop: StopSignal
  ) throws(PostgresError) -> sending OpenedSession {
    try openSession(
      settings, side: side, applicationName: applicationName, answerMax: answerMax, stop: stop)
  }
}

/// Connects and sets the session up. Nothing is set before a pooler is ruled out.
func openSession(
  _ settings: ConnectionSettings, side: SessionSide, applicationName: String,
  answerMax: Duration? = nil, stop: StopSignal
) throws(PostgresError) -> sending OpenedSession {
  let session = try Session.open(settings, applicationName: applicationName, stop: stop)
  // A session that is not set up yet is not watched, and setting it up is quick.
  session.answerMax = .seconds(10)
  do throws(PostgresError) {
    try session.send(script: "\(readOnlySnapshot);\n\(DatabaseIdentity.query);\ncommit")
    guard let row = try session.rows().first else {
      throw PostgresError(kind: .protocolViolation, message: "the server did not identify itself")
    }
    let pid = Int(try row.integer("pid"))
    guard pid == session.backendPID else {
      throw PostgresError(
        kind: .settings,
        message: "there is a connection pooler in between (its sessions are not the server's)",
        hint: "Pass the address of the server itself: settings made through a pooler leak into the "
          + "sessions of the app.")
    }
    let identity = try DatabaseIdentity(row, address: session.address)
    let setup = SessionSetup(side: side, serverVersion: identity.serverVersion)
    try session.send(script: setup.script)
    try setup.verify(try session.rows())
    (session.answerMax, session.side) = (answerMax, side)
    let end = SessionEnd(
      identity: identity, place: session.place,
      backend: Backend(pid: pid, start: try row.text("backend_start")), line: session.line)
    return OpenedSession(session: session, end: end)
  } catch {
    throw error.during("setting up a session with \(settings.name)")
  }
}
