import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// The count of a range's rows, and the sum over their physical versions, which changes when a row is added,
/// changed or deleted. The mark holds it.
package struct RangeFingerprint: Hashable, Sendable {
  /// The number of copied rows, without rows set aside.
  package var rows: Int
  package var text: String

  package init(rows: Int, text: String) {
    self.rows = rows
    self.text = text
  }

  /// Reads the answer to ``statement(schema:range:leavingOut:)``.
  package init(_ rows: [SQLRow]) throws(PostgresError) {
    guard let row = rows.first else {
      throw PostgresError(kind: .protocolViolation, message: "the source gave no fingerprint")
    }
    self.rows = Int(try row.integer("rows"))
    text = try row.text("fingerprint")
  }

  /// The text for a range without rows.
  package static let empty = "0/0"

  /// Asks the source for one range's fingerprint.
  ///
  /// - Parameter leavingOut: rows set aside (M4).
  package static func statement(
    schema: String, range: IDRange, leavingOut ids: [UUID] = []
  ) -> String {
    fillRowVersions(SQL.memoryRangeFingerprint, variables(schema, range, leavingOut: ids))
  }

  /// The variables of every statement about one range of a schema's memories.
  package static func variables(
    _ schema: String, _ range: IDRange, leavingOut ids: [UUID] = []
  ) -> [String: String?] {
    [
      "schema": schema, "lo": range.lo?.text, "hi": range.hi?.text,
      "left_out": "{" + ids.map(\.text).joined(separator: ",") + "}",
    ]
  }
}
