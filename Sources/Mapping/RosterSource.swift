import Foundation

/// Everything that decides the roster of one engine, as read from both sources.
package struct RosterSource: Sendable {
  package var engine: OldEngine
  /// Those of other orgs are ignored.
  package var members: [OldOrgMember]
  /// Ids of the identities that `IdentityRows` migrates.
  package var identities: Set<UUID>
  package var access: OldAccess
  /// Those of other orgs, and those no longer pending, are ignored.
  package var invitations: [OldInvitation]

  package init(
    engine: OldEngine, members: [OldOrgMember], identities: Set<UUID>, access: OldAccess,
    invitations: [OldInvitation] = []
  ) {
    self.engine = engine
    self.members = members
    self.identities = identities
    self.access = access
    self.invitations = invitations
  }

  /// The org's members whose identity is migrated, the earliest-joined first, ties by id.
  var migratedMembers: [OldOrgMember] {
    members.filter { $0.orgID == engine.orgID && identities.contains($0.identityID) }
      .sorted { ($0.joinRank, $0.identityID) < ($1.joinRank, $1.identityID) }
  }
}
