import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// One space in the target.
struct TargetSpace: Sendable {
  struct Row: Sendable {
    var name: String
    var language: String
  }

  /// A row of the roster, with the results of the app's own functions.
  struct Member: Sendable {
    var id: UUID
    var ref: PrincipalRef
    /// The owner of an agent; nil for other principals.
    var ownerID: UUID?
    var isAdmin: Bool
    var isEffectiveAdmin: Bool
    var access: [EffectiveAccess.Grant]

    /// The subtree that the target itself gives a member.
    var home: TreePath {
      ownerID.map { .home(agent: id, owner: $0) } ?? .home(user: id)
    }
  }

  struct GroupMember: Sendable {
    var group: PrincipalRef
    var member: PrincipalRef
    var isAdmin: Bool
  }

  struct Grant: Sendable {
    var principal: PrincipalRef
    var path: TreePath
    var level: Int
  }

  struct Invitation: Sendable {
    var email: String
    var isAdmin: Bool
    var shareAccess: Int?
    var invitedBy: UUID?
    var acceptedAt: String?
  }

  /// Nil if `core.space` has no row for it.
  var row: Row?
  var members: [Member] = []
  /// A group's id and name in the target.
  var groups: [(id: UUID, name: String)] = []
  var groupMembers: [GroupMember] = []
  var grants: [Grant] = []
  var invitations: [Invitation] = []
}

/// Reads the spaces of several engines, in one round trip.
struct TargetSpaceReader {
  let target: PostgresConnection

  func spaces(_ slugs: [String]) async throws(PostgresError) -> [String: TargetSpace] {
    let statements = [
      SQL.spaces, SQL.roster, SQL.groups, SQL.groupMembers,
      SQL.treeAccess, SQL.invitations,
    ].map { fillVariables($0, ["slugs": "{\(slugs.joined(separator: ","))}"]) }
    let results = try await target.script(
      statements.joined(separator: ";\n"), operation: "reading the spaces")
    var spaces = Dictionary(uniqueKeysWithValues: slugs.map { ($0, TargetSpace()) })
    for row in results[0] {
      spaces[try row.text("slug")]?.row = TargetSpace.Row(
        name: try row.text("name"), language: try row.text("language"))
    }
    for row in results[1] { spaces[try row.text("slug")]?.members.append(try member(row)) }
    for row in results[2] {
      spaces[try row.text("slug")]?.groups.append((try row.uuid("id"), try row.text("name")))
    }
    for row in results[3] {
      spaces[try row.text("slug")]?.groupMembers.append(try groupMember(row))
    }
    for row in results[4] { spaces[try row.text("slug")]?.grants.append(try grant(row)) }
    for row in results[5] {
      spaces[try row.text("slug")]?.invitations.append(try invitation(row))
    }
    return spaces
  }

  /// A group is named by its id in the target until the plan tells its old user.
  private func ref(_ row: SQLRow) throws(PostgresError) -> PrincipalRef {
    let id = try row.uuid("id")
    switch try row.text("kind") {
    case "u": return .user(identityID: id)
    case "a": return .agent(ownerID: try row.uuid("owner_id"), name: try row.text("name"))
    default: return .group(oldUserID: id)
    }
  }

  private func member(_ row: SQLRow) throws(PostgresError) -> TargetSpace.Member {
    TargetSpace.Member(
      id: try row.uuid("id"), ref: try ref(row), ownerID: try row.optionalUUID("owner_id"),
      isAdmin: try row.boolean("admin"),
      isEffectiveAdmin: try row.boolean("is_effective_admin"),
      access: try grants(row))
  }

  /// The result of `build_tree_access`.
  private func grants(_ row: SQLRow) throws(PostgresError) -> [EffectiveAccess.Grant] {
    struct Element: Decodable {
      var tree_path: String
      var access: Int
    }
    return try row.json("access", as: [Element].self).compactMap { element in
      AccessLevel(rawValue: element.access).map {
        EffectiveAccess.Grant(path: TreePath(element.tree_path), level: $0)
      }
    }
  }

  private func groupMember(_ row: SQLRow) throws(PostgresError) -> TargetSpace.GroupMember {
    TargetSpace.GroupMember(
      group: .group(oldUserID: try row.uuid("group_id")), member: try ref(row),
      isAdmin: try row.boolean("admin"))
  }

  private func grant(_ row: SQLRow) throws(PostgresError) -> TargetSpace.Grant {
    TargetSpace.Grant(
      principal: try ref(row), path: TreePath(try row.text("tree_path")),
      level: Int(try row.integer("access")))
  }

  private func invitation(_ row: SQLRow) throws(PostgresError) -> TargetSpace.Invitation {
    TargetSpace.Invitation(
      email: try row.text("email"), isAdmin: try row.boolean("admin"),
      shareAccess: try row.optionalInteger("share_access").map { Int($0) },
      invitedBy: try row.optionalUUID("invited_by"), acceptedAt: row["accepted_at"])
  }
}
