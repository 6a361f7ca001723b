import Foundation

/// A value bound to a statement's `$n`; the statement casts it (`$1::uuid`) where the type is not clear.
package enum SQLValue: Sendable, Hashable {
  case null
  case text(String)
  case integer(Int64)
  case boolean(Bool)
  case uuid(UUID)
  case textArray([String?])
  case uuidArray([UUID?])
  case integerArray([Int64?])
  case booleanArray([Bool?])

  /// An optional uuid.
  package static func uuid(_ value: UUID?) -> SQLValue {
    value.map(SQLValue.uuid) ?? .null
  }

  /// An optional text.
  package static func text(_ value: String?) -> SQLValue {
    value.map(SQLValue.text) ?? .null
  }

  /// PostgreSQL's text form; nil for NULL.
  var textForm: String? {
    switch self {
    case .null: nil
    case .text(let value): value
    case .integer(let value): String(value)
    case .boolean(let value): value ? "t" : "f"
    case .uuid(let value): value.uuidString.lowercased()
    case .textArray(let values): arrayForm(values)
    case .uuidArray(let values): arrayForm(values.map { $0?.uuidString.lowercased() })
    case .integerArray(let values): arrayForm(values.map { $0.map(String.init) })
    case .booleanArray(let values): arrayForm(values.map { $0.map { $0 ? "t" : "f" } })
    }
  }
}

/// An array literal in which every element is quoted, so that no element can be mistaken.
private func arrayForm(_ elements: [String?]) -> String {
  let quoted = elements.map { element in
    guard let element else { return "NULL" }
    let escaped = replaceScalars(of: element, ["\\": "\\\\", "\"": "\\\""])
    return "\"\(escaped)\""
  }
  return "{" + quoted.joined(separator: ",") + "}"
}
