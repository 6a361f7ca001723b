import Foundation

/// JSON with sorted keys, as facts, settings and places are stored. Traps for a value that JSON cannot
/// hold, which is a bug.
package func encodeJSON(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    preconditionFailure("a value that JSON cannot hold: \(error)")
  }
}

/// Reads JSON from `encodeJSON` or from a server. Throws `DecodingError` if it has another form.
package func decodeJSON<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
  try JSONDecoder().decode(type, from: Data(text.utf8))
}
