import Foundation

/// What one engine's space, roster and rights are in the new model (E1, E4, R1–R12).
///
/// A pure function of its source: the order of the rows that come in changes nothing, and every list
/// that goes out is in a fixed order. Apply the lists in the order of the properties.
package struct RosterRows: Hashable, Sendable {
  /// E1: a row of `core.space`.
  package struct Space: Hashable, Sendable {
    package var slug: String
    package var name: String
    package var language: String
  }

  /// R4: to be got or created, under an advisory lock on the owner: agents are global per owner.
  package struct Agent: Hashable, Sendable {
    package var ownerID: UUID
    package var name: String
    package var originalName: String
    package var oldUserID: UUID

    /// How `members`, `groupMembers` and `treeAccess` name it.
    package var ref: PrincipalRef { .agent(ownerID: ownerID, name: name) }
  }

  /// R3: to be created in the space.
  package struct Group: Hashable, Sendable {
    package var oldUserID: UUID
    package var name: String
    package var originalName: String

    /// How `groupMembers` and `treeAccess` name it.
    package var ref: PrincipalRef { .group(oldUserID: oldUserID) }
  }

  /// R1, R4: for `add_principal_to_space`; users and agents only.
  package struct Member: Hashable, Sendable {
    package var principal: PrincipalRef
    package var isAdmin: Bool
  }

  /// R10: for `add_group_member`.
  package struct GroupMember: Hashable, Sendable {
    /// The old user that the group was.
    package var groupID: UUID
    /// A user or an agent of the roster.
    package var member: PrincipalRef
    package var isAdmin: Bool
  }

  /// R1, R7–R9: for `grant_tree_access`; one per principal and path.
  package struct TreeAccess: Hashable, Sendable {
    package var principal: PrincipalRef
    package var path: TreePath
    package var level: AccessLevel
  }

  /// R12: for `create_space_invitation`; `share_access` is null.
  package struct Invitation: Hashable, Sendable {
    package var email: String
    package var isAdmin: Bool
    package var invitedBy: UUID?
  }

  /// R8: a grant that gives more than it did.
  package struct WidenedGrant: Codable, Hashable, Sendable {
    package var grantID: UUID
    package var userID: UUID
    package var path: TreePath
    /// What the grant said.
    package var actions: [String]
    package var withGrantOption: Bool
    /// What it became.
    package var level: AccessLevel
  }

  /// Access that a warning of R5 or R11 says is lost, at the path and below.
  package struct Loss: Hashable, Sendable {
    package var rule: Rule
    /// The old user; the warning of this rule about this row records the loss.
    package var row: String
    /// Who had it. For R5 a user who is no principal at all.
    package var principal: PrincipalRef
    package var path: TreePath
  }

  package internal(set) var space: Space
  /// R4: whose agents the engine's service users become.
  package internal(set) var agentOwnerID: UUID
  /// By old user id.
  package internal(set) var agents: [Agent]
  /// Users in the order they joined the org, then agents.
  package internal(set) var members: [Member] = []
  /// By old user id.
  package internal(set) var groups: [Group]
  package internal(set) var groupMembers: [GroupMember] = []
  package internal(set) var treeAccess: [TreeAccess] = []
  /// By email.
  package internal(set) var invitations: [Invitation] = []

  package internal(set) var warnings: [MappingWarning] = []
  /// By grant id.
  package internal(set) var widenedGrants: [WidenedGrant] = []
  package internal(set) var losses: [Loss] = []
  /// What every old user became; one that R5 leaves out is here as the user it would have been.
  package internal(set) var principals: [UUID: PrincipalRef]

  /// - Parameter includesInvitations: R12: false with `--no-invitations`.
  /// - Throws: E4 when nobody of the org can be the space's admin, R6 when two names clash.
  package init(_ source: RosterSource, includesInvitations: Bool = true) throws(MappingError) {
    let engine = source.engine
    space = Space(slug: engine.slug, name: engine.name, language: engine.language)
    agentOwnerID = try Self.agentOwner(of: source)
    let mapping = try PrincipalMapping(
      users: source.access.users, agentOwner: agentOwnerID, engine: engine)
    agents = mapping.agents
    groups = mapping.groups
    principals = mapping.refs
    warnings = mapping.warnings
    addMembers(source)
    addRights(source)
    if includesInvitations { addInvitations(source) }
  }
}
