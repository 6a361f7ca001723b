import Foundation

/// A principal of one space before the target has given it an id.
package enum PrincipalRef: Hashable, Sendable {
  /// R2: its id in the target is the identity's.
  case user(identityID: UUID)
  /// R3: the group that this old user becomes.
  case group(oldUserID: UUID)
  /// R4: the owner's agent of that name, regardless of case; found or created when the roster is written.
  case agent(ownerID: UUID, name: String)
}

extension PrincipalRef: Comparable {
  private var sortKey: (kind: Int, id: UUID, name: String) {
    switch self {
    case .user(let id): (0, id, "")
    case .agent(let owner, let name): (1, owner, name)
    case .group(let id): (2, id, "")
    }
  }

  /// Users, then agents, then groups, each by id.
  package static func < (left: Self, right: Self) -> Bool { left.sortKey < right.sortKey }
}

extension PrincipalRef: CustomStringConvertible {
  package var description: String {
    switch self {
    case .user(let id): "user \(id.text)"
    case .group(let id): "group \(id.text)"
    case .agent(let owner, let name): "agent \(name) of \(owner.text)"
    }
  }
}
