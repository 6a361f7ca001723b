import CLibPQ
import Foundation
import Glibc

/// One libpq connection. It blocks, so it lives inside an actor with a `ConnectionExecutor`. Every wait also
/// watches the stop signal.
final class Session {
  let handle: OpaquePointer
  let stop: StopSignal
  let line = Lifeline()
  /// The longest wait for an answer; nil for no limit.
  var answerMax: Duration?
  /// Nil until it is set up.
  var side: SessionSide?
  private let notices = NoticeBox()

  /// Connects to one of the settings' hosts, within ten seconds.
  fileprivate init(
    _ settings: ConnectionSettings, _ host: ConnectionSettings.Host, applicationName: String,
    stop: StopSignal
  ) throws(PostgresError) {
    let overrides = settings.overrides(applicationName: applicationName) + host.options
    let keywords = ["dbname"] + overrides.map(\.keyword)
    let values = [settings.connectionString] + overrides.map(\.value)
    guard let handle = connectStart(keywords, values) else {
      throw PostgresError(kind: .settings, message: "libpq is out of memory")
    }
    self.handle = handle
    self.stop = stop
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    do throws(PostgresError) {
      try establish(deadline: .now + .seconds(10))
    } catch {
      throw error.during("connecting to \(settings.name)")
    }
    line.connected(PQsocket(handle))
    PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    PQsetnonblocking(handle, 1)
    let box = Unmanaged.passUnretained(notices).toOpaque()
    PQsetNoticeReceiver(handle, { NoticeBox.receive($0, $1) }, box)
  }

  deinit {
    line.closed()
    PQfinish(handle)
  }

  /// Polls as libpq documents, beginning as if it wanted to write. Otherwise libpq takes a connection in
  /// progress for a failed one.
  private func establish(deadline: ContinuousClock.Instant) throws(PostgresError) {
    // Without an address for the host, or without a socket, there is nothing to wait for.
    guard PQstatus(handle) != CONNECTION_BAD else { throw connectFailure() }
    var status = PGRES_POLLING_WRITING
    while status != PGRES_POLLING_OK {
      switch status {
      case PGRES_POLLING_READING: try wait(for: POLLIN, until: deadline)
      case PGRES_POLLING_WRITING: try wait(for: POLLOUT, until: deadline)
      default: throw connectFailure()
      }
      status = PQconnectPoll(handle)
    }
  }

  /// libpq has no field for the SQLSTATE of a refused login. With verbose errors it prints the code
  /// before the server's message, in a form that no language setting changes. Two spaces distinguish the
  /// code from the severity, which often has five letters, too.
  private func connectFailure() -> PostgresError {
    let message = lastMessage
    // Every SQLSTATE has a digit; the severity before it has none.
    guard let match = message.firstMatch(of: /:\s+([A-Z]*[0-9][0-9A-Z]*): ([^;]*)/),
      match.1.count == 5
    else {
      return PostgresError(kind: .connect, message: message)
    }
    return PostgresError(
      kind: .connect, code: SQLState(String(match.1)), message: String(match.2))
  }

  /// The last message of libpq, in one line.
  var lastMessage: String {
    Self.oneLine(String(cString: PQerrorMessage(handle)))
  }

  /// libpq indents what belongs to the line above it.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: "; ")
  }

  /// Host, port and database as libpq connected, without user and password.
  var address: String {
    func text(_ value: UnsafeMutablePointer<CChar>?) -> String {
      value.map { String(cString: $0) } ?? ""
    }
    return "\(text(PQhost(handle))):\(text(PQport(handle)))/\(text(PQdb(handle)))"
  }

  /// Whether the server has not ended this idle session, as far as is known: a statement on an ended
  /// session would fail. (The server's last message is read first, then the end of the connection.)
  var isAlive: Bool {
    PQconsumeInput(handle) == 1 && PQconsumeInput(handle) == 1
      && PQstatus(handle) == CONNECTION_OK
  }

  /// Whether a statement can be expected to reach the server and its answer us. A link can die while nobody
  /// uses it: after a longer rest the server is asked, and has to answer soon.
  func isReady(_ rest: Rest) -> Bool {
    guard isAlive else { return false }
    guard line.heard.duration(to: .now) > rest.restMax else { return true }
    let usual = answerMax
    answerMax = rest.answerMax
    defer { answerMax = usual }
    do throws(PostgresError) {
      try send(script: "")
      return try !results().isEmpty
    } catch {
      return false
    }
  }

  /// Where it is connected to, whichever of several hosts and addresses that is.
  var place: ServerPlace {
    func text(_ value: UnsafeMutablePointer<CChar>?) -> String {
      value.map { String(cString: $0) } ?? ""
    }
    return ServerPlace(
      host: text(PQhost(handle)), address: text(PQhostaddr(handle)), port: text(PQport(handle)))
  }

  var backendPID: Int { Int(PQbackendPID(handle)) }

  func takeNotices() -> [ServerNotice: Int] {
    defer { notices.received = [:] }
    return notices.received
  }
}

extension Session {
  /// Connects to the first of the settings' hosts that takes us, each within ten seconds. libpq has no
  /// such limit for connections that do not block: one silent host would keep the others from their turn.
  static func open(
    _ settings: ConnectionSettings, applicationName: String, stop: StopSignal
  ) throws(PostgresError) -> sending Session {
    var failure = PostgresError(kind: .settings, message: "the setting names no host")
    for host in settings.hosts {
      do throws(PostgresError) {
        return try Session(settings, host, applicationName: applicationName, stop: stop)
      } catch {
        guard error.isTransient else { throw error }
        failure = error
      }
    }
    throw failure
  }
}

private func connectStart(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
  let keys = keywords.map { strdup($0) }
  let texts = values.map { strdup($0) }
  defer { (keys + texts).forEach { free($0) } }
  let constantKeys = keys.map { UnsafePointer($0) } + [nil]
  let constantTexts = texts.map { UnsafePointer($0) } + [nil]
  return PQconnectStartParams(constantKeys, constantTexts, 1)
}

/// Counts the server's notices. Bounded, because they may never be read: beyond 1,000 different ones, another
/// is not kept.
private final class NoticeBox {
  var received: [ServerNotice: Int] = [:]

  static func receive(_ box: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let box, let result else { return }
    let notices = Unmanaged<NoticeBox>.fromOpaque(box).takeUnretainedValue()
    let notice = ServerNotice(
      code: SQLState(field(result, PG_DIAG_SQLSTATE) ?? ""),
      message: field(result, PG_DIAG_MESSAGE_PRIMARY) ?? "",
      detail: field(result, PG_DIAG_MESSAGE_DETAIL))
    guard notices.received[notice] != nil || notices.received.count < 1000 else { return }
    notices.received[notice, default: 0] += 1
  }
}

/// libpq's names for the fields are C character macros, which Swift does not import as integers.
private let PG_DIAG_SQLSTATE = CInt(UInt8(ascii: "C"))
private let PG_DIAG_MESSAGE_PRIMARY = CInt(UInt8(ascii: "M"))
private let PG_DIAG_MESSAGE_DETAIL = CInt(UInt8(ascii: "D"))
private let PG_DIAG_MESSAGE_HINT = CInt(UInt8(ascii: "H"))
private let PG_DIAG_STATEMENT_POSITION = CInt(UInt8(ascii: "P"))
private let PG_DIAG_SCHEMA_NAME = CInt(UInt8(ascii: "s"))
private let PG_DIAG_TABLE_NAME = CInt(UInt8(ascii: "t"))
private let PG_DIAG_CONSTRAINT_NAME = CInt(UInt8(ascii: "n"))

private func field(_ result: OpaquePointer, _ code: CInt) -> String? {
  PQresultErrorField(result, code).map { String(cString: $0) }
}

// MARK: - Waiting

extension Session {
  /// Waits for the socket, the stop signal or the deadline, whichever is first.
  func wait(for events: CInt, until deadline: ContinuousClock.Instant? = nil)
    throws(PostgresError)
  {
    let deadline = deadline ?? answerMax.map { .now + $0 }
    line.beginWaiting()
    var isReady = false
    defer { line.endWaiting(heard: isReady) }
    while true {
      if stop.isRaised { throw PostgresError(kind: .interrupted, message: "stopped by a signal") }
      var milliseconds: CInt = -1
      if let deadline {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else {
          throw PostgresError(kind: .connectionLost, message: "no sign of life from the server")
        }
        milliseconds = CInt(clamping: left.components.seconds * 1000 + 50)
      }
      let socket = PQsocket(handle)
      guard socket >= 0 else { throw lost() }
      var descriptors = [
        pollfd(fd: socket, events: Int16(events), revents: 0),
        pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&descriptors, 2, milliseconds)
      if ready < 0, errno != EINTR {
        throw PostgresError(kind: .connectionLost, message: String(cString: strerror(errno)))
      }
      isReady = ready > 0 && descriptors[0].revents != 0
      if isReady { return }
    }
  }

  /// Reads what has arrived into libpq's buffer.
  func consumeInput() throws(PostgresError) {
    guard PQconsumeInput(handle) == 1 else { throw lost() }
  }

  /// Sends everything that libpq still buffers, reading meanwhile so that neither side blocks.
  func flush() throws(PostgresError) {
    while true {
      switch PQflush(handle) {
      case 0: return
      case 1:
        try wait(for: POLLIN | POLLOUT)
        try consumeInput()
      default: throw lost()
      }
    }
  }

  func lost() -> PostgresError {
    let message = lastMessage
    return PostgresError(
      kind: .connectionLost, message: message.isEmpty ? "the connection is closed" : message)
  }
}

// MARK: - Statements

extension Session {
  /// The kind of the next result of a statement.
  enum Answer {
    case result(SQLResult)
    case copyIn
    case copyOut
    /// No more results; in a pipeline, of one statement.
    case end
    /// In a pipeline: a statement after the one that failed.
    case skipped
    /// In a pipeline: every statement has been answered.
    case ready
  }

  /// Sends a script over the simple protocol.
  func send(script: String) throws(PostgresError) {
    try refuseOutsideSnapshot(script)
    line.sends(script.utf8.count)
    guard PQsendQuery(handle, script) == 1 else { throw lost() }
    try flush()
  }

  /// Sends one statement with bound values.
  func send(_ sql: String, _ values: [SQLValue]) throws(PostgresError) {
    line.sends(try queue(sql, values))
    try flush()
  }

  /// Hands one statement with bound values to libpq, which sends it when it can; returns its size in bytes.
  func queue(_ sql: String, _ values: [SQLValue]) throws(PostgresError) -> Int {
    try refuseOutsideSnapshot(sql)
    let forms = values.map(\.textForm)
    let texts = forms.map { $0.map { strdup($0) } ?? nil }
    defer { texts.forEach { free($0) } }
    let constants = texts.map { UnsafePointer($0) }
    guard
      PQsendQueryParams(handle, sql, CInt(values.count), nil, constants, nil, nil, 0) == 1
    else { throw lost() }
    return forms.reduce(sql.utf8.count) { $0 + ($1?.utf8.count ?? 0) }
  }

  /// Waits for the next answer. Throws an error of the server, and leaves the remaining answers to `drain`.
  func nextAnswer() throws(PostgresError) -> Answer {
    while PQisBusy(handle) == 1 {
      try wait(for: POLLIN)
      try consumeInput()
    }
    guard let result = PQgetResult(handle) else { return .end }
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return .result(sqlResult(result))
    case PGRES_COPY_IN: return .copyIn
    case PGRES_COPY_OUT: return .copyOut
    case PGRES_PIPELINE_ABORTED: return .skipped
    case PGRES_PIPELINE_SYNC: return .ready
    case PGRES_FATAL_ERROR: throw serverError(result)
    default:
      throw PostgresError(kind: .protocolViolation, message: "an answer of an unknown kind")
    }
  }

  /// All answers to the sent statements. After an error the session is ready for the next statement.
  func results() throws(PostgresError) -> [SQLResult] {
    var results: [SQLResult] = []
    do throws(PostgresError) {
      while true {
        switch try nextAnswer() {
        case .result(let result): results.append(result)
        case .end: return results
        case .copyIn, .copyOut, .skipped, .ready: throw Self.strayCopy
        }
      }
    } catch {
      if !error.endsSession { try drain() }
      var error = error
      error.completedStatements = results.count
      throw error
    }
  }

  /// Only a copy lane can answer a COPY.
  static var strayCopy: PostgresError {
    PostgresError(kind: .protocolViolation, message: "a COPY outside of a copy lane")
  }

  /// The rows of the last statement that returned any.
  func rows() throws(PostgresError) -> [SQLRow] {
    try results().last { !$0.rows.isEmpty }?.rows ?? []
  }

  /// Discards answers until the server is ready again.
  private func drain() throws(PostgresError) {
    while true {
      do throws(PostgresError) {
        if case .end = try nextAnswer() { return }
      } catch  where !error.endsSession {
        continue
      }
    }
  }

  private func serverError(_ result: OpaquePointer) -> PostgresError {
    guard let code = field(result, PG_DIAG_SQLSTATE) else {
      // libpq's own: the connection broke while waiting.
      let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
      let line = Self.oneLine(text)
      return PostgresError(
        kind: .connectionLost, message: line.isEmpty ? "the connection is closed" : line)
    }
    var error = PostgresError(
      kind: .server, code: SQLState(code),
      message: field(result, PG_DIAG_MESSAGE_PRIMARY) ?? "",
      hint: field(result, PG_DIAG_MESSAGE_HINT))
    error.detail = field(result, PG_DIAG_MESSAGE_DETAIL)
    error.position = field(result, PG_DIAG_STATEMENT_POSITION).flatMap { Int($0) }
    error.schema = field(result, PG_DIAG_SCHEMA_NAME)
    error.table = field(result, PG_DIAG_TABLE_NAME)
    error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME)
    return error
  }

  private func sqlResult(_ result: OpaquePointer) -> SQLResult {
    let width = PQnfields(result)
    let columns = SQLColumns((0..<width).map { String(cString: PQfname(result, $0)) })
    let rows = (0..<PQntuples(result)).map { row in
      SQLRow(
        columns: columns,
        values: (0..<width).map { column in
          PQgetisnull(result, row, column) == 1
            ? nil : String(cString: PQgetvalue(result, row, column))
        })
    }
    return SQLResult(
      rows: rows, affected: Int(String(cString: PQcmdTuples(result))), returnsRows: width > 0)
  }
}
