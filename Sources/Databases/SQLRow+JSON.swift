import JobModel
import PostgresLink

extension SQLRow {
  /// The decoded JSON of a column. A value of another form is a protocol violation.
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
