/// A version in numbers and dots, compared number by number; `1.6` equals `1.6.0`.
package struct PackVersion: Sendable, CustomStringConvertible {
  private let numbers: [Int]
  /// The version as written.
  package let description: String

  /// Nil unless the text is nothing but numbers and single dots.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.allSatisfy(\.isASCIIDigit) ? Int($0) : nil }
    guard numbers.count == parts.count else { return nil }
    description = text
    self.numbers = Array(numbers.reversed().drop { $0 == 0 }.reversed())
  }

  /// The leading numbers of an extension's version: `1.2.0-dev` counts as `1.2.0`.
  init?(prefixOf text: String) {
    self.init(String(text.prefix { $0.isASCIIDigit || $0 == "." }))
  }
}

extension PackVersion: Comparable {
  package static func == (left: PackVersion, right: PackVersion) -> Bool {
    left.numbers == right.numbers
  }

  package static func < (left: PackVersion, right: PackVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
