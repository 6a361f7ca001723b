import Foundation

/// The memberships, direct and through other roles (R10). Users of every kind may be roles.
struct RoleGraph {
  private var rolesOf: [UUID: Set<UUID>] = [:]
  private var adminEdges: Set<[UUID]> = []

  init(_ memberships: [OldRoleMembership]) {
    for edge in memberships {
      rolesOf[edge.memberID, default: []].insert(edge.roleID)
      if edge.withAdminOption { adminEdges.insert([edge.memberID, edge.roleID]) }
    }
  }

  /// Whether the edge from member to role exists and carries the admin option.
  func isAdmin(_ member: UUID, of role: UUID) -> Bool { adminEdges.contains([member, role]) }

  /// Every role that the user reaches in one step or more; contains the user itself only on a cycle.
  func reach(_ user: UUID) -> Set<UUID> {
    var reached: Set<UUID> = []
    var open = [user]
    while let next = open.popLast() {
      for role in rolesOf[next] ?? [] where reached.insert(role).inserted { open.append(role) }
    }
    return reached
  }

  /// Sets of users in which each is a member of every other one, or of itself, ordered by their least id.
  func cycles() -> [[UUID]] {
    var found: [[UUID]] = []
    var seen: Set<UUID> = []
    for user in candidates().sorted() where !seen.contains(user) {
      let reached = reach(user)
      guard reached.contains(user) else { continue }
      let cycle = reached.filter { reach($0).contains(user) }.sorted()
      seen.formUnion(cycle)
      found.append(cycle)
    }
    return found
  }

  /// The users that may be on a cycle; empty if there is no cycle. The cost grows only with the edges.
  private func candidates() -> Set<UUID> {
    var membersOf: [UUID: [UUID]] = [:]
    for (member, roles) in rolesOf {
      for role in roles { membersOf[role, default: []].append(member) }
    }
    var rolesLeft = rolesOf.mapValues(\.count)
    var leaving = membersOf.keys.filter { rolesLeft[$0] == nil }
    while let role = leaving.popLast() {
      for member in membersOf[role] ?? [] {
        guard let left = rolesLeft[member] else { continue }
        rolesLeft[member] = left > 1 ? left - 1 : nil
        if left == 1 { leaving.append(member) }
      }
    }
    return Set(rolesLeft.keys)
  }
}
