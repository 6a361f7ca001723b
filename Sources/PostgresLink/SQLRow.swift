import Foundation

/// One row of a result, every column in the server's text form.
package struct SQLRow: Sendable {
  let columns: SQLColumns
  let values: [String?]

  /// The value, nil for NULL. Traps if the column does not exist, which is a bug.
  package subscript(_ column: String) -> String? {
    guard let index = columns.index[column] else {
      preconditionFailure("the result has no column \(column)")
    }
    return values[index]
  }

  /// A value that the query promises not to be NULL.
  package func text(_ column: String) throws(PostgresError) -> String {
    guard let value = self[column] else { throw unreadable(column, "text") }
    return value
  }

  /// A whole number that is not NULL.
  package func integer(_ column: String) throws(PostgresError) -> Int64 {
    guard let value = try optionalInteger(column) else { throw unreadable(column, "integer") }
    return value
  }

  /// A whole number or NULL.
  package func optionalInteger(_ column: String) throws(PostgresError) -> Int64? {
    guard let text = self[column] else { return nil }
    guard let value = Int64(text) else { throw unreadable(column, "integer") }
    return value
  }

  /// A boolean that is not NULL.
  package func boolean(_ column: String) throws(PostgresError) -> Bool {
    switch self[column] {
    case "t": return true
    case "f": return false
    case nil, .some: throw unreadable(column, "boolean")
    }
  }

  /// A uuid that is not NULL.
  package func uuid(_ column: String) throws(PostgresError) -> UUID {
    guard let value = try optionalUUID(column) else { throw unreadable(column, "uuid") }
    return value
  }

  /// A uuid or NULL.
  package func optionalUUID(_ column: String) throws(PostgresError) -> UUID? {
    guard let text = self[column] else { return nil }
    guard let value = UUID(uuidString: text) else { throw unreadable(column, "uuid") }
    return value
  }

  private func unreadable(_ column: String, _ type: String) -> PostgresError {
    PostgresError(
      kind: .protocolViolation,
      message:
        "column \(column) of an answer is \(self[column] == nil ? "NULL" : "not of the form") "
        + "where a value of type \(type) was expected")
  }
}

/// The column names of a result, shared by its rows.
final class SQLColumns: Sendable {
  let index: [String: Int]

  init(_ names: [String]) {
    index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// The outcome of one statement.
package struct SQLResult: Sendable {
  /// Empty for a statement that returns none.
  package var rows: [SQLRow]
  /// The number in the command tag (rows inserted, updated, deleted, copied); nil where there is none.
  package var affected: Int?
  /// Whether the statement is one that returns rows, even if it returned none.
  var returnsRows = false
}
