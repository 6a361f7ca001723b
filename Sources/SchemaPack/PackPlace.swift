/// A place in a file of a pack.
package struct PackPlace: Sendable, Hashable, CustomStringConvertible {
  /// Path inside the pack.
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars, which is how the server counts.
  package var column: Int
  /// The line, and below it a caret under the place; a long line is cut to its surroundings.
  package var excerpt: String

  package var description: String { "\(file):\(line):\(column)" }

  /// - Parameter offset: scalars before the place; past the end, it is the end.
  init(_ file: PackFile, offset: Int) {
    let scalars = Array(file.text.unicodeScalars)
    let offset = min(offset, scalars.count)
    let start = scalars[..<offset].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    let end = scalars[offset...].firstIndex(of: "\n") ?? scalars.count
    self.file = file.path
    line = scalars[..<start].count { $0 == "\n" } + 1
    column = offset - start + 1
    let shown = max(start, offset - 60)..<min(end, offset + 60)
    let text = String(String.UnicodeScalarView(scalars[shown]))
      .replacing("\t", with: " ").replacing("\r", with: "")
    excerpt = "    \(text)\n    \(String(repeating: " ", count: offset - shown.lowerBound))^"
  }
}
