import Foundation
import JobModel
import Mapping
import PostgresLink

/// The state of a source in one snapshot.
package struct SourceState: Hashable, Sendable {
  /// The watermark that a copy of this snapshot has.
  package var watermark: Watermark
  /// The first transaction that had not begun.
  package var next: Int64

  package init(watermark: Watermark, next: Int64) {
    self.watermark = watermark
    self.next = next
  }

  /// Reads a row of `source_state.sql`.
  package init(_ row: SQLRow) throws(PostgresError) {
    watermark = Watermark(
      seen: try row.integer("seen"), life: try row.text("life"), shape: row["shape"] ?? "")
    next = try row.integer("next")
  }

  /// The statement that returns a row for each schema.
  package static func statement(of schemas: [String]) -> String {
    fillVariables(SQL.memorySourceState, variables(of: schemas))
  }

  fileprivate static func variables(of schemas: [String]) -> [String: String?] {
    [
      "schemas": "{\(schemas.joined(separator: ","))}",
      "columns": "{\(MemoryColumns.source.joined(separator: ","))}",
    ]
  }
}

/// The number of rows of one range at the source, with the source's state in the same snapshot.
package struct RangeState: Hashable, Sendable {
  /// Without rows set aside (M4).
  package var rows: Int
  package var state: SourceState

  /// Reads the answer to ``statement(schema:range:leavingOut:)``.
  package init(_ rows: [SQLRow]) throws(PostgresError) {
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the source told no state")
    }
    self.rows = Int(try row.integer("rows"))
    state = try SourceState(row)
  }

  /// - Parameter leavingOut: rows set aside (M4).
  package static func statement(
    schema: String, range: IDRange, leavingOut ids: [UUID] = []
  ) -> String {
    let variables = SourceState.variables(of: [schema])
      .merging(RangeFingerprint.variables(schema, range, leavingOut: ids)) { $1 }
    return fillVariables(
      SQL.memoryRangeState, variables,
      fragments: ["range_size": SQL.memoryRangeSize, "source_state": SQL.memorySourceState])
  }
}
