import JobModel
import PostgresLink

extension SQLRow {
  /// A column that holds JSON, decoded; a value of another form violates the protocol between us and the
  /// server.
  package func json<Value: Decodable>(
    _ column: String, as type: Value.Type
  ) throws(PostgresError) -> Value {
    let text = try self.text(column)
    do {
      return try decodeJSON(type, text)
    } catch {
      throw PostgresError(
        kind: .protocolViolation, message: "column \(column) holds JSON of an unexpected form")
    }
  }
}
