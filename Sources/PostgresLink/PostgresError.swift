/// What went wrong between us and a server.
///
/// Safe to print: it carries the server's message fields, never a connection string, a statement's
/// values or a row (the field DETAIL, in which servers quote key values, is kept apart and is not in
/// `description`).
package struct PostgresError: Error, Sendable {
  /// How the failure came about; decides, with `code`, whether trying again can help.
  package enum Kind: Sendable, Hashable {
    /// The server answered with an error; `code` is set.
    case server
    /// No connection could be made; `code` is set where the server gave the reason.
    case connect
    /// The connection broke, or the peer fell silent.
    case connectionLost
    /// The process was stopped by a signal.
    case interrupted
    /// The answer is not what the protocol promises: a pooler in between, a stream cut short.
    case protocolViolation
    /// The given settings cannot be used: bad URL, password in an argument.
    case settings
  }

  package var kind: Kind
  package var code: SQLState?
  package var message: String
  /// The server's DETAIL; may quote values of a row, so it is for decisions, not for printing.
  package var detail: String?
  package var hint: String?
  /// Character in the statement, from 1, as the server counts.
  package var position: Int?
  /// How many statements of a script went through before the one that failed.
  package var completedStatements = 0
  package var constraint: String?
  /// Where the constraint or the data type is that was violated; nil where the server names none.
  package var schema: String?
  /// The table of the constraint; nil where the server names none.
  package var table: String?
  /// What we were doing and where: `target: building index memory_meta`.
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

  /// Whether the same attempt may succeed later without anyone changing anything.
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

  /// Whether the session that raised it is gone.
  package var endsSession: Bool {
    switch kind {
    case .connect, .connectionLost, .interrupted, .protocolViolation, .settings: true
    case .server:
      code.map { $0.category == "57" && $0 != .queryCanceled || $0.category == "08" } ?? true
    }
  }

  /// The same error, said of a larger operation.
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
      // An extension whose library is not there will not come by waiting.
      category == "08" || category == "58" && self != .undefinedFile
    }
  }
}

extension PostgresError: CustomStringConvertible {
  /// What went wrong and where, without what to do about it.
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
