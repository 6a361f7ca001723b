import Foundation

/// An `ltree` path in its text form, labels joined by dots; the empty text is the root.
package struct TreePath: Hashable, Comparable, Sendable {
  private var path: ExactText

  package init(_ text: String) {
    path = ExactText(text)
  }

  /// The path above every other one.
  package static let root = TreePath("")

  /// What `ltree` reads and writes.
  package var text: String { path.text }

  /// How many labels it has; 0 for the root.
  package var depth: Int {
    text.isEmpty ? 0 : text.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: ".") ? 1 : 0) }
  }

  /// The path without its last label; nil for the root.
  package var parent: TreePath? {
    guard !text.isEmpty else { return nil }
    guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return .root }
    return TreePath(String(text[..<dot]))
  }

  /// The path one label below.
  package func child(_ label: String) -> TreePath {
    TreePath(text.isEmpty ? label : "\(text).\(label)")
  }

  /// `ltree`'s `@>`: whether this path is `other` or above it.
  package func isAncestorOrSelf(of other: TreePath) -> Bool {
    guard !text.isEmpty else { return true }
    let mine = text.utf8
    let theirs = other.text.utf8
    guard theirs.starts(with: mine) else { return false }
    return theirs.count == mine.count || theirs.dropFirst(mine.count).first == UInt8(ascii: ".")
  }

  package static func < (left: Self, right: Self) -> Bool { left.path < right.path }
}

// MARK: - Home

extension TreePath {
  /// The subtree that `add_principal_to_space` gives a user owner access on.
  package static func home(user: UUID) -> TreePath {
    TreePath("home").child(label(user))
  }

  /// The subtree that `add_principal_to_space` gives an agent owner access on.
  package static func home(agent: UUID, owner: UUID) -> TreePath {
    home(user: owner).child(label(agent))
  }

  private static func label(_ id: UUID) -> String {
    id.uuidString.lowercased().filter { $0 != "-" }
  }
}

// MARK: - Codable

extension TreePath: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
