import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Writes a roster through the app's public functions, inside the roster's transaction.
struct RosterWriter {
  let plan: RosterRows
  let target: PostgresConnection

  /// The created rows.
  struct Written: Sendable {
    var space: UUID
    /// Agents that this roster created; the others are shared with another engine.
    var createdAgents: [UUID]
  }

  func write() async throws -> Written {
    let created = try await target.query(
      SQL.rosterCreateSpace,
      [.text(plan.space.slug), .text(plan.space.name), .text(plan.space.language)])
    guard let space = try created.first?.uuid("id") else {
      throw PostgresError(kind: .protocolViolation, message: "create_space returned no id")
    }
    let agents = try await agents()
    let groups = try await groups(in: space)
    var ids = agents.ids.merging(groups) { first, _ in first }
    for member in plan.members { note(member.principal, &ids) }
    for member in plan.groupMembers { note(member.member, &ids) }
    for access in plan.treeAccess { note(access.principal, &ids) }
    try await addMembers(to: space, ids)
    try await addGroupMembers(in: space, ids)
    try await grantAccess(in: space, ids)
    try await invite(to: space)
    return Written(space: space, createdAgents: agents.created)
  }

  /// A user's principal has the identity's own id.
  private func note(_ principal: PrincipalRef, _ ids: inout [PrincipalRef: UUID]) {
    if case .user(let id) = principal { ids[principal] = id }
  }

  /// R4: gets or creates agents while the owner is locked: engines of one owner may run at the same time.
  private func agents() async throws -> (ids: [PrincipalRef: UUID], created: [UUID]) {
    var ids: [PrincipalRef: UUID] = [:]
    var created: [UUID] = []
    let owned = Dictionary(grouping: plan.agents, by: \.ownerID)
    for (owner, agents) in owned.sorted(by: { $0.key < $1.key }) {
      try await target.query(SQL.rosterLockAgentOwner, [.uuid(owner)])
      let rows = try await target.query(
        SQL.rosterGetOrCreateAgents, [.uuid(owner), .textArray(agents.map(\.name))])
      for row in rows {
        let id = try row.uuid("id")
        ids[.agent(ownerID: owner, name: try row.text("name"))] = id
        if try row.boolean("created") { created.append(id) }
      }
    }
    return (ids, created)
  }

  private func groups(in space: UUID) async throws -> [PrincipalRef: UUID] {
    var ids: [PrincipalRef: UUID] = [:]
    let byName = Dictionary(uniqueKeysWithValues: plan.groups.map { ($0.name, $0.ref) })
    let rows = try await target.query(
      SQL.rosterCreateGroups, [.uuid(space), .textArray(plan.groups.map(\.name))])
    for row in rows {
      guard let ref = byName[try row.text("name")] else { continue }
      ids[ref] = try row.uuid("id")
    }
    return ids
  }

  private func addMembers(to space: UUID, _ ids: [PrincipalRef: UUID]) async throws {
    try await target.query(
      SQL.rosterAddMembers,
      [
        .uuid(space), .uuidArray(plan.members.map { ids[$0.principal] }),
        .booleanArray(plan.members.map(\.isAdmin)),
      ])
  }

  private func addGroupMembers(in space: UUID, _ ids: [PrincipalRef: UUID]) async throws {
    try await target.query(
      SQL.rosterAddGroupMembers,
      [
        .uuid(space), .uuidArray(plan.groupMembers.map { ids[.group(oldUserID: $0.groupID)] }),
        .uuidArray(plan.groupMembers.map { ids[$0.member] }),
        .booleanArray(plan.groupMembers.map(\.isAdmin)),
      ])
  }

  private func grantAccess(in space: UUID, _ ids: [PrincipalRef: UUID]) async throws {
    try await target.query(
      SQL.rosterGrantAccess,
      [
        .uuid(space), .uuidArray(plan.treeAccess.map { ids[$0.principal] }),
        .textArray(plan.treeAccess.map(\.path.text)),
        .integerArray(plan.treeAccess.map { Int64($0.level.rawValue) }),
      ])
  }

  private func invite(to space: UUID) async throws {
    try await target.query(
      SQL.rosterCreateInvitations,
      [
        .uuid(space), .textArray(plan.invitations.map(\.email)),
        .booleanArray(plan.invitations.map(\.isAdmin)),
        .uuidArray(plan.invitations.map(\.invitedBy)),
      ])
  }
}
