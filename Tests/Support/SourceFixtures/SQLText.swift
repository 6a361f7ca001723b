import Foundation

/// Values as SQL literals, for statements put together as text.
enum SQLText {
  static func literal(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
  }

  static func literal(_ id: UUID) -> String { literal(id.uuidString.lowercased()) }

  static func literal(_ id: UUID?) -> String { id.map(literal) ?? "null" }

  static func literal(_ bytes: [UInt8]) -> String {
    literal(#"\x"# + bytes.map { String(format: "%02x", $0) }.joined())
  }

  /// Microseconds since 1970 as a timestamptz, exactly.
  static func literal(time microseconds: Int64) -> String {
    "'epoch'::timestamptz + \(microseconds / 1_000_000) * interval '1 s' "
      + "+ \(microseconds % 1_000_000) * interval '1 us'"
  }

  /// One INSERT of any number of rows, nothing for none.
  static func insert(_ table: String, _ columns: String, _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = rows.map { "  (\($0.joined(separator: ", ")))" }.joined(separator: ",\n")
    return "insert into \(table) (\(columns)) values\n\(lines);\n"
  }
}
