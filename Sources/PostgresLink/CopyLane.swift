import CLibPQ
import Foundation

/// A request to copy one range from source to target: the scripts for both servers.
package struct CopyRequest: Sendable {
  /// The operation, for errors: `abc/memories/3`.
  package var operation: String
  /// One script for the source: opens a read-only snapshot where none is open, returns the rows that
  /// `targetScript` is made from, and ends with `COPY … TO STDOUT (FORMAT binary)`, after which only
  /// COMMIT may stand.
  package var sourceScript: String
  /// Makes the target's script from the source's rows: opens the transaction and ends with
  /// `COPY … FROM STDIN (FORMAT binary)`, behind which a statement for `confirm` may stand. A statement
  /// before it that returns rows, as the fence does, must return one.
  package var targetScript: @Sendable ([SQLRow]) throws(PostgresError) -> String
  /// Compares the rows that the source's script returned before its COPY with those of the statement that
  /// follows the target's COPY in its script, before the commit; throws where they do not fit.
  package var confirm:
    (@Sendable (_ source: [SQLRow], _ target: [SQLRow]) throws(PostgresError) -> Void)?
  /// Fields of each row.
  package var columns: Int
  /// The end of the target's transaction.
  package var ending: Ending

  package init(
    operation: String, sourceScript: String, columns: Int, ending: Ending = .commit,
    confirm: Confirmation? = nil,
    targetScript: @escaping @Sendable ([SQLRow]) throws(PostgresError) -> String
  ) {
    self.confirm = confirm
    self.operation = operation
    self.sourceScript = sourceScript
    self.columns = columns
    self.ending = ending
    self.targetScript = targetScript
  }
}

extension CopyRequest {
  package typealias Confirmation =
    @Sendable (
      _ source: [SQLRow], _ target: [SQLRow]
    ) throws(PostgresError) -> Void

  /// The end of the target's transaction after its COPY.
  package enum Ending: Sendable {
    /// Committed if all counts agree, rolled back if its rows are refused.
    case commit
    /// Left open or failed, as a trial that the next script rolls back.
    case leaveOpen
  }
}

/// The result of a committed copy.
package struct CopyOutcome: Sendable {
  package var rows: Int
  package var bytes: Int
  /// The rows that the source's script returned before its COPY.
  package var sourceRows: [SQLRow]
}

/// The reason why a copy ended without a commit.
package enum CopyFailure: Error, Sendable {
  /// An error of a server or a link.
  case postgres(PostgresError)
  /// The target's server refused the rows: their COPY is undone, and both sessions stay usable.
  case refused(PostgresError)
  /// The fence touched no row: another process has taken over.
  case fenced
}

/// Copies ranges from source to target. One actor owns both sessions, so that rows never cross an actor
/// hop; memory stays flat, at one row and a few socket buffers.
///
/// After any failure except a refusal, both sessions are closed, which rolls the target back. The next
/// copy needs `open` again.
package actor CopyLane {
  private let executor: ConnectionExecutor
  private var source: Session?
  private var target: Session?
  private let pacer: Pacer?
  /// Bytes handed to libpq since its buffer was last empty.
  private var unflushed = 0

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  package init(name: String, pacer: Pacer?) {
    executor = ConnectionExecutor(label: name)
    self.pacer = pacer
  }

  /// The two ends of an open lane.
  package struct Ends: Sendable {
    package var source: SessionEnd
    package var target: SessionEnd
  }

  /// Whether both sessions can still be used.
  package var isOpen: Bool {
    if source?.isAlive == false || target?.isAlive == false { close() }
    return source != nil && target != nil
  }

  /// Whether a range can be given to it; closes both sessions where either no longer answers.
  package func isReady(_ rest: Rest = Rest()) -> Bool {
    if source?.isReady(rest) == false || target?.isReady(rest) == false { close() }
    return source != nil && target != nil
  }

  /// Connects both ends.
  ///
  /// - Parameter targetScript: settings of the target's session; may be empty.
  package func open(
    source sourceSettings: ConnectionSettings, target targetSettings: ConnectionSettings,
    applicationName: String, targetScript: String, stop: StopSignal
  ) throws(PostgresError) -> Ends {
    close()
    let opened = try openSession(
      sourceSettings, side: .source, applicationName: applicationName, stop: stop)
    let openedTarget = try openSession(
      targetSettings, side: .target, applicationName: applicationName, stop: stop)
    if !targetScript.isEmpty {
      try openedTarget.session.send(script: targetScript)
      _ = try openedTarget.session.results()
    }
    let ends = Ends(source: opened.end, target: openedTarget.end)
    source = opened.session
    target = openedTarget.session
    return ends
  }

  /// Closes both sessions. The target rolls back uncommitted work.
  package func close() {
    source = nil
    target = nil
  }

  /// Copies one range and commits it. Takes two round trips beyond the streaming itself: one opens the
  /// target's transaction, one commits it. `progress` is told when the source has sent everything, so
  /// that another lane can read.
  package func copy(_ request: CopyRequest, progress: CopyProgress) throws(CopyFailure)
    -> CopyOutcome
  {
    guard let source, let target else { throw .postgres(closed(request.operation)) }
    do throws(CopyFailure) {
      return try transfer(request, from: source, to: target, progress: progress)
    } catch {
      let operation = request.operation + ": "
      switch error {
      case .fenced:
        close()
        throw error
      case .postgres(let cause):
        close()
        throw .postgres(cause.during(operation + cause.operation))
      case .refused(let cause):
        if request.ending == .commit { try rollBack(target, request) }
        throw .refused(cause.during(operation + cause.operation))
      }
    }
  }

  private func rollBack(_ target: Session, _ request: CopyRequest) throws(CopyFailure) {
    do throws(PostgresError) {
      try target.send(script: "rollback")
      _ = try target.results()
    } catch {
      close()
      throw .postgres(error.during(request.operation + ": target"))
    }
  }

  /// Runs a script on one of the sessions, between two copies; returns the rows of its last statement.
  /// After a failure both sessions are dropped.
  package func run(
    _ script: String, on side: SessionSide, operation: String = ""
  ) throws(PostgresError) -> [SQLRow] {
    guard let session = side == .source ? source : target else { throw closed(operation) }
    do throws(PostgresError) {
      try session.send(script: script)
      return try session.results().last?.rows ?? []
    } catch {
      close()
      throw error.during(operation)
    }
  }

  private func closed(_ operation: String) -> PostgresError {
    PostgresError(kind: .connectionLost, message: "the lane is closed", operation: operation)
  }

  private func transfer(
    _ request: CopyRequest, from source: Session, to target: Session, progress: CopyProgress
  ) throws(CopyFailure) -> CopyOutcome {
    let sourceRows = try at("source") { () throws(PostgresError) in
      try source.send(script: request.sourceScript)
      return try beginCopyOut(source)
    }
    try at("target") { () throws(PostgresError) in
      try target.send(script: try request.targetScript(sourceRows))
    }
    guard try at("target", { () throws(PostgresError) in try beginCopyIn(target) }) else {
      throw .fenced
    }
    var framing = BinaryCopyFraming(columns: request.columns)
    do throws(CopyFailure) {
      try stream(from: source, to: target, framing: &framing, progress: progress)
    } catch {
      if case .refused = error {
        try at("source") { () throws(PostgresError) in try readAway(source) }
      }
      throw error
    }
    let sent = try at("source") { () throws(PostgresError) in try endCopyOut(source) }
    guard framing.isComplete, sent == framing.rows else {
      throw .postgres(
        PostgresError(
          kind: .connectionLost,
          message: "the source sent \(sent) rows by its count, \(framing.rows) have arrived"))
    }
    progress.sourceEnded()
    let answers = try whileTaking { () throws(PostgresError) in try endCopyIn(target) }
    let received = answers.first?.affected ?? -1
    guard received == framing.rows else {
      throw .postgres(
        PostgresError(
          kind: .connectionLost,
          message: "the target took \(received) rows of \(framing.rows) by its count"))
    }
    if let confirm = request.confirm {
      try at("target") { () throws(PostgresError) in
        try confirm(sourceRows, answers.last?.rows ?? [])
      }
    }
    if request.ending == .commit {
      try at("target") { () throws(PostgresError) in
        try target.send(script: "commit")
        _ = try target.results()
      }
    }
    return CopyOutcome(rows: framing.rows, bytes: framing.bytes, sourceRows: sourceRows)
  }

  /// Of the target's COPY: an error of its server is about what it was sent.
  private func whileTaking<Value>(
    _ body: () throws(PostgresError) -> Value
  ) throws(CopyFailure) -> Value {
    do throws(PostgresError) {
      return try body()
    } catch {
      let error = error.during("target")
      throw error.endsSession ? .postgres(error) : .refused(error)
    }
  }

  private func at<Value>(
    _ end: String, _ body: () throws(PostgresError) -> Value
  ) throws(CopyFailure) -> Value {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw .postgres(error.during(end))
    }
  }
}

// MARK: - The stream

extension CopyLane {
  /// Passes messages on until the source's COPY ends. Reads as fast as the target accepts: if its socket
  /// does not accept a row at once, the next row is read only afterwards.
  private func stream(
    from source: Session, to target: Session, framing: inout BinaryCopyFraming,
    progress: CopyProgress
  ) throws(CopyFailure) {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(source.handle, &buffer, 1)
      switch length {
      case 1...:
        guard let buffer else { continue }
        defer { PQfreemem(buffer) }
        let message = UnsafeRawBufferPointer(start: buffer, count: Int(length))
        try at("source") { () throws(PostgresError) in try framing.consume(message) }
        for start in stride(from: 0, to: Int(length), by: Int(Self.pieceBytes)) {
          let piece = min(Self.pieceBytes, length - CInt(start))
          try pace(bytes: Int(piece), target)
          try whileTaking { () throws(PostgresError) in try put(buffer + start, piece, target) }
        }
        progress.set(rows: framing.rows, bytes: framing.bytes)
      case 0:
        try at("source") { () throws(PostgresError) in
          try source.wait(for: POLLIN)
          try source.consumeInput()
        }
      case -1: return
      default: throw .postgres(source.lost().during("source"))
      }
    }
  }

  /// A large row is sent in pieces, so that libpq's buffer stays small and the server can acknowledge
  /// parts of it.
  private static let pieceBytes: CInt = 32 * 1024

  /// Reads the rest of the source's COPY and its remaining answers, so that the session can be used again.
  private func readAway(_ source: Session) throws(PostgresError) {
    while true {
      var buffer: UnsafeMutablePointer<CChar>?
      switch PQgetCopyData(source.handle, &buffer, 1) {
      case 1...: PQfreemem(buffer)
      case 0:
        try source.wait(for: POLLIN)
        try source.consumeInput()
      case -1:
        _ = try source.results()
        return
      default: throw source.lost()
      }
    }
  }

  /// The number of bytes in libpq's buffer above which the lane waits for the target's socket.
  private static let flushBytes = 256 * 1024

  private func pace(bytes: Int, _ target: Session) throws(CopyFailure) {
    guard let pacer else { return }
    let moment = pacer.book(bytes: bytes)
    while moment > .now {
      guard !target.stop.isRaised else {
        throw .postgres(PostgresError(kind: .interrupted, message: "stopped by a signal"))
      }
      Thread.sleep(forTimeInterval: min(0.1, seconds(ContinuousClock.now.duration(to: moment))))
    }
  }

  private func put(
    _ buffer: UnsafeMutablePointer<CChar>, _ length: CInt, _ target: Session
  ) throws(PostgresError) {
    guard PQputCopyData(target.handle, buffer, length) == 1 else {
      // The server has ended the COPY: its error is the next answer.
      _ = try target.results()
      throw target.lost()
    }
    unflushed += Int(length)
    guard unflushed >= Self.flushBytes else { return }
    try target.flush()
    unflushed = 0
  }

  /// Reads the answers before the COPY. Returns the rows of the last statement that returned any.
  private func beginCopyOut(_ source: Session) throws(PostgresError) -> [SQLRow] {
    var rows: [SQLRow] = []
    while true {
      switch try source.nextAnswer() {
      case .result(let result): if !result.rows.isEmpty { rows = result.rows }
      case .copyOut: return rows
      case .copyIn, .end, .skipped, .ready:
        throw PostgresError(kind: .protocolViolation, message: "the source began no COPY")
      }
    }
  }

  /// Reads the answers before the COPY; false if a statement that should return a row returned none.
  private func beginCopyIn(_ target: Session) throws(PostgresError) -> Bool {
    var isFenceHeld = true
    while true {
      switch try target.nextAnswer() {
      case .result(let result): if result.returnsRows, result.rows.isEmpty { isFenceHeld = false }
      case .copyIn: return isFenceHeld
      case .copyOut, .end, .skipped, .ready:
        throw PostgresError(kind: .protocolViolation, message: "the target began no COPY")
      }
    }
  }

  /// The row count of the source's COPY tag, after reading the remaining answers (COMMIT).
  private func endCopyOut(_ source: Session) throws(PostgresError) -> Int {
    try source.results().first?.affected ?? -1
  }

  /// Ends the target's COPY and returns its answer and those of the statements behind it.
  private func endCopyIn(_ target: Session) throws(PostgresError) -> [SQLResult] {
    try target.flush()
    guard PQputCopyEnd(target.handle, nil) == 1 else {
      _ = try target.results()
      throw target.lost()
    }
    try target.flush()
    return try target.results()
  }
}

private func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}
