/// An error between this process and a server.
///
/// Safe to print: it holds the server's message fields, and no connection string, value of a statement or
/// row. (Servers quote key values in the field DETAIL, which is not part of `description`.)
package struct PostgresError: Error, Sendable {
  /// The kind of failure. Together with `code`, it decides whether another attempt can help.
  package enum Kind: Sendable, Hashable {
    /// The server answered with an error; `code` is set.
    case server
    /// No connection could be made. `code` is set if the server gave the reason.
    case connect
    /// The connection broke, or the peer fell silent.
    case connectionLost
    /// The process was stopped by a signal.
    case interrupted
    /// The answer violates the protocol: a pooler in between, a stream cut short.
    case protocolViolation
    /// The settings cannot be used: a malformed URI, a password in an argument.
    case settings
  }

  package var kind: Kind
  package var code: SQLState?
  package var message: String
  /// The server's DETAIL, for decisions only: it may quote values of a row.
  package var detail: String?
  package var hint: String?
  /// The character in the statement, from 1, by the server's count.
  package var position: Int?
  /// The number of statements of a script that succeeded before the failed one.
  package var completedStatements = 0
  package var constraint: String?
  /// Where the constraint or the data type is that was violated; nil where the server names none.
  package var schema: String?
  /// The table of the constraint; nil where the server names none.
  package var table: String?
  /// The operation and its place: `target: building index memory_meta`.
  package var operation: String

  package init(
    kind: Kind, code: SQLState? = nil, message: String, hint: String? = nil,
    operation: String = ""
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.hint = hint
    self.operation = operation
  }

  /// Whether another attempt may succeed later without a change.
  package var isTransient: Bool {
    switch kind {
    case .connectionLost: return true
    case .interrupted, .protocolViolation, .settings: return false
    case .connect:
      guard let code else { return true }
      return code.isTransient
    case .server:
      return code?.isTransient ?? false
    }
  }

  /// Whether its session is lost.
  package var endsSession: Bool {
    switch kind {
    case .connect, .connectionLost, .interrupted, .protocolViolation, .settings: true
    case .server:
      code.map { $0.category == "57" && $0 != .queryCanceled || $0.category == "08" } ?? true
    }
  }

  /// The same error as part of a larger operation.
  package func during(_ operation: String) -> PostgresError {
    var error = self
    error.operation = operation
    return error
  }
}

extension SQLState {
  /// Connection trouble, restarts, failovers, resource limits and concurrency: worth another try.
  var isTransient: Bool {
    switch self {
    case .serializationFailure, .deadlockDetected, .diskFull, .outOfMemory, .tooManyConnections,
      .lockNotAvailable, .objectInUse, .queryCanceled, .adminShutdown, .crashShutdown,
      .cannotConnectNow, .idleSessionTimeout, .readOnlyTransaction, .idleInTransactionTimeout,
      .transactionTimeout:
      true
    default:
      // Waiting does not bring the missing library of an extension.
      category == "08" || category == "58" && self != .undefinedFile
    }
  }
}

extension PostgresError: CustomStringConvertible {
  /// The problem and its place, without the hint.
  package var problem: String {
    var text = operation.isEmpty ? "" : "\(operation): "
    text += message
    if let code { text += " (SQLSTATE \(code))" }
    if let constraint { text += " [constraint \(constraint)]" }
    return text
  }

  package var description: String {
    hint.map { "\(problem). \($0)" } ?? problem
  }
}
