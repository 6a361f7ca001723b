import PostgresLink

/// An error in a pack, or while it ran. Safe to print: it quotes only the server's message and the pack's own
/// text.
package struct PackError: Error, Sendable {
  /// The code by which jobs and commands decide.
  package enum Kind: Sendable, Hashable {
    /// A file or version that a pack must have is missing, or cannot be read.
    case incomplete
    /// A placeholder without a value, or a guard block that does not parse.
    case template
    /// A slug, language, dimension or schema name that is not safe in SQL.
    case value
    /// The server is older than PostgreSQL 18.
    case serverTooOld
    /// An extension is missing, too old, in another schema, or may not be created by this role.
    case extensionUnavailable
    /// The app or another migration is running the same part.
    case busy
    /// The database was provisioned by a newer pack.
    case olderThanDatabase
    /// The schema exists, but no pack created it.
    case foreignSchema
    /// A file of the pack ended the transaction to which it must belong. Its work up to there is committed.
    case transactionEnded
    /// The server refused a statement, or the connection was lost; `cause` says which.
    case database
  }

  package var kind: Kind
  package var message: String
  package var hint: String?
  /// The place in the pack, if there is one.
  package var place: PackPlace?
  package var cause: PostgresError?

  init(
    _ kind: Kind, _ message: String, hint: String? = nil, at place: PackPlace? = nil,
    cause: PostgresError? = nil
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.place = place
    self.cause = cause
  }

  /// Whether another attempt, in a new transaction, may succeed without a change.
  package var isTransient: Bool { kind == .busy || cause?.isTransient == true }
}

extension PackError: CustomStringConvertible {
  /// The problem and its place, without the hint.
  package var problem: String {
    var text = place.map { "\($0): " } ?? ""
    text += message
    if let code = cause?.code { text += " (SQLSTATE \(code))" }
    if let place { text += "\n\(place.excerpt)" }
    return text
  }

  package var description: String {
    hint.map { "\(problem)\n\($0)" } ?? problem
  }
}
