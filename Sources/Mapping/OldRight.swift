import Foundation

/// One right that an old user has itself, not through a role, and the level that it becomes.
struct OldRight: Hashable {
  var path: TreePath
  /// The actions that the old rule allowed at and below the path.
  var actions: ActionSet
  /// The level that replaces them (R7, R8).
  var level: AccessLevel
  /// R7 for a superuser, R8 for an owner or a grant.
  var rule: Rule
  /// The grant behind it; nil for a superuser or an owner.
  var grant: OldTreeGrant?
}

/// The rights of every user of an engine.
struct OldRights {
  private var byUser: [UUID: [OldRight]] = [:]
  private(set) var warnings: [MappingWarning] = []

  subscript(user: UUID) -> [OldRight] { byUser[user] ?? [] }

  init(_ access: OldAccess) {
    for user in access.users where user.isSuperuser {
      add(OldRight(path: .root, actions: .all, level: .owner, rule: .R7), to: user.id)
    }
    for owner in access.owners {
      add(OldRight(path: owner.path, actions: .all, level: .owner, rule: .R8), to: owner.userID)
    }
    for grant in access.grants {
      let actions = actions(of: grant)
      guard let level = Self.level(of: actions, withGrantOption: grant.withGrantOption) else {
        continue
      }
      add(
        OldRight(path: grant.path, actions: actions, level: level, rule: .R8, grant: grant),
        to: grant.userID)
    }
  }

  private mutating func add(_ right: OldRight, to user: UUID) {
    byUser[user, default: []].append(right)
  }

  /// R8: nil if the grant gives nothing.
  private static func level(of actions: ActionSet, withGrantOption: Bool) -> AccessLevel? {
    if withGrantOption { return .owner }
    if !actions.isDisjoint(with: [.create, .update, .delete]) { return .write }
    return actions.contains(.read) ? .read : nil
  }

  private mutating func actions(of grant: OldTreeGrant) -> ActionSet {
    var known: ActionSet = []
    for word in grant.actions {
      if let action = ActionSet(name: word) {
        known.insert(action)
      } else {
        let message =
          "The grant names an action that the old model does not have. It gives nothing."
        warnings.append(MappingWarning(rule: .R8, row: grant.id.text, message: message))
      }
    }
    return known
  }
}
