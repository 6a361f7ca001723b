import Foundation

/// `me_<slug>."user"`: a login, a role or a service user of one engine.
package struct OldUser: Hashable, Sendable {
  package var id: UUID
  /// Its key is the shard's `lower(name)`; unique within the engine.
  package var name: FoldedText
  /// A soft reference into the accounts database, which may no longer hold it.
  package var identityID: UUID?
  package var canLogin: Bool
  package var isSuperuser: Bool

  package init(
    id: UUID, name: FoldedText, identityID: UUID?, canLogin: Bool, isSuperuser: Bool
  ) {
    self.id = id
    self.name = name
    self.identityID = identityID
    self.canLogin = canLogin
    self.isSuperuser = isSuperuser
  }
}

/// `me_<slug>.tree_owner`: full control of a subtree. The path is the key.
package struct OldTreeOwner: Hashable, Sendable {
  package var path: TreePath
  package var userID: UUID

  package init(path: TreePath, userID: UUID) {
    self.path = path
    self.userID = userID
  }
}

/// `me_<slug>.tree_grant`.
package struct OldTreeGrant: Hashable, Sendable {
  package var id: UUID
  package var userID: UUID
  package var path: TreePath
  /// As stored: words that are no action of the old model grant nothing and are warned of (R8).
  package var actions: [String]
  package var withGrantOption: Bool

  package init(
    id: UUID, userID: UUID, path: TreePath, actions: [String], withGrantOption: Bool
  ) {
    self.id = id
    self.userID = userID
    self.path = path
    self.actions = actions
    self.withGrantOption = withGrantOption
  }
}

/// `me_<slug>.role_membership`. Either end may be any kind of user.
package struct OldRoleMembership: Hashable, Sendable {
  package var roleID: UUID
  package var memberID: UUID
  package var withAdminOption: Bool

  package init(roleID: UUID, memberID: UUID, withAdminOption: Bool) {
    self.roleID = roleID
    self.memberID = memberID
    self.withAdminOption = withAdminOption
  }
}

/// The access control of one engine, read in one snapshot. The order of the lists does not matter.
package struct OldAccess: Hashable, Sendable {
  package var users: [OldUser]
  package var owners: [OldTreeOwner]
  package var grants: [OldTreeGrant]
  package var memberships: [OldRoleMembership]

  package init(
    users: [OldUser] = [], owners: [OldTreeOwner] = [], grants: [OldTreeGrant] = [],
    memberships: [OldRoleMembership] = []
  ) {
    self.users = users
    self.owners = owners
    self.grants = grants
    self.memberships = memberships
  }
}
