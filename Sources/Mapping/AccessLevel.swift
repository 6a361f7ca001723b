/// A level of `core.tree_access.access`. Each level includes the lower ones.
package enum AccessLevel: Int, CaseIterable, Codable, Comparable, Hashable, Sendable {
  case read = 1
  case write = 2
  case owner = 3

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The old actions that the level allows: read needs level 1, every other action 2.
  package var actions: ActionSet {
    switch self {
    case .read: .read
    case .write, .owner: .all
    }
  }
}

/// A set of the old model's actions, as in `tree_grant.actions`.
package struct ActionSet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let read = ActionSet(rawValue: 1)
  package static let create = ActionSet(rawValue: 2)
  package static let update = ActionSet(rawValue: 4)
  package static let delete = ActionSet(rawValue: 8)
  package static let all: ActionSet = [.read, .create, .update, .delete]

  private static let named: [(name: String, action: ActionSet)] = [
    ("read", .read), ("create", .create), ("update", .update), ("delete", .delete),
  ]

  /// The action of that name; nil for a word that the old model does not have.
  package init?(name: String) {
    guard let known = Self.named.first(where: { $0.name == name }) else { return nil }
    self = known.action
  }

  /// The names, in the order of the old model's documentation.
  package var names: [String] { Self.named.filter { contains($0.action) }.map(\.name) }
}
