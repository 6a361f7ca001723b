/// Text that is equal, hashed and ordered by its UTF-8 bytes, as PostgreSQL does with a `C` collation.
///
/// For Swift's `String`, a composed and a decomposed `é` are equal. A server keeps them apart, so comparing
/// strings would merge different rows.
package struct ExactText: Hashable, Comparable, Sendable {
  package var text: String

  package init(_ text: String) {
    self.text = text
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }
}
