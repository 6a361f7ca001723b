import PostgresLink

/// What is wrong with a pack, or went wrong while it ran. Safe to print: beside the server's message
/// it quotes the pack's own text only.
package struct PackError: Error, Sendable {
  /// What jobs and commands decide by.
  package enum Kind: Sendable, Hashable {
    /// A file or version that a pack must have is missing, or cannot be read.
    case incomplete
    /// A placeholder without a value, or a guard block that does not parse.
    case template
    /// A slug, language, dimension or schema name that cannot stand in SQL as it is.
    case value
    /// The server is older than PostgreSQL 18.
    case serverTooOld
    /// An extension is missing, too old, in another schema, or may not be created by this role.
    case extensionUnavailable
    /// The app, or another migration, is running the same part now.
    case busy
    /// The database was provisioned by a newer pack.
    case olderThanDatabase
    /// The schema is there, but no pack made it.
    case foreignSchema
    /// A file of the pack ended the transaction that it must be part of. What it did before that is
    /// committed.
    case transactionEnded
    /// The server refused a statement, or the connection was lost; `cause` says which.
    case database
  }

  package var kind: Kind
  package var message: String
  package var hint: String?
  /// Where in the pack, if it is about one place.
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

  /// Whether the same attempt, in a new transaction, may succeed without anyone changing anything.
  package var isTransient: Bool { kind == .busy || cause?.isTransient == true }
}

extension PackError: CustomStringConvertible {
  /// What is wrong and where, without what to do about it.
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
