import Foundation

extension RosterRows {
  /// R1, R5, R7–R11: the grants and memberships.
  mutating func addRights(_ source: RosterSource) {
    var work = RosterAccess(source: source, plan: self)
    work.run()
    groupMembers = work.groupMembers.map { key, isAdmin in
      GroupMember(groupID: key.group, member: key.member, isAdmin: isAdmin)
    }
    .sorted { ($0.groupID, $0.member) < ($1.groupID, $1.member) }
    treeAccess = work.levels.map { key, level in
      TreeAccess(principal: key.principal, path: key.path, level: level)
    }
    .sorted { ($0.principal, $0.path) < ($1.principal, $1.path) }
    widenedGrants = work.widened.values.sorted { $0.grantID < $1.grantID }
    losses = work.losses
    warnings += work.warnings
  }
}

/// Visits each old user once and collects its grants and memberships.
private struct RosterAccess {
  struct Place: Hashable {
    var principal: PrincipalRef
    var path: TreePath
  }

  struct Edge: Hashable {
    var group: UUID
    var member: PrincipalRef
  }

  let users: [OldUser]
  let memberships: [OldRoleMembership]
  let graph: RoleGraph
  let rights: OldRights
  let principals: [UUID: PrincipalRef]
  let identities: Set<UUID>
  let roster: [PrincipalRef: Bool]

  var levels: [Place: AccessLevel] = [:]
  var groupMembers: [Edge: Bool] = [:]
  var widened: [UUID: RosterRows.WidenedGrant] = [:]
  var losses: [RosterRows.Loss] = []
  var warnings: [MappingWarning]

  init(source: RosterSource, plan: RosterRows) {
    users = source.access.users.sorted { $0.id < $1.id }
    memberships = source.access.memberships.sorted {
      ($0.roleID, $0.memberID) < ($1.roleID, $1.memberID)
    }
    graph = RoleGraph(memberships)
    rights = OldRights(source.access)
    principals = plan.principals
    identities = source.identities
    roster = Dictionary(plan.members.map { ($0.principal, $0.isAdmin) }) { $0 || $1 }
    warnings = rights.warnings
  }

  mutating func run() {
    for (principal, isAdmin) in roster where isAdmin { raise(principal, .root, to: .owner) }
    for user in users { add(user) }
    for cycle in graph.cycles() { warn(ofCycle: cycle) }
    for edge in memberships where edge.withAdminOption { warn(ofLostAdmin: edge) }
  }

  private mutating func add(_ user: OldUser) {
    guard let principal = principals[user.id] else { return }
    // A group's members reach its roles themselves: groups are members of nothing.
    let roles: [UUID]
    if case .group = principal {
      roles = []
    } else {
      roles = graph.reach(user.id).subtracting([user.id]).sorted()
    }
    if let rule = reasonToKeepOut(principal) {
      keepOut(user, principal, roles: roles, rule: rule)
      return
    }
    give(rights[user.id], to: principal)
    for role in roles { attach(user.id, principal, to: role) }
  }

  /// R5, R11. A group need not be on the roster.
  private func reasonToKeepOut(_ principal: PrincipalRef) -> Rule? {
    guard case .user(let identity) = principal, roster[principal] == nil else { return nil }
    return identities.contains(identity) ? .R11 : .R5
  }

  /// R5, R11: records the loss, if the user had anything to lose.
  private mutating func keepOut(
    _ user: OldUser, _ principal: PrincipalRef, roles: [UUID], rule: Rule
  ) {
    let lost = ([user.id] + roles).flatMap { rights[$0] }
    let groups = roles.filter { principals[$0] == .group(oldUserID: $0) }
    let own = lost.count - groups.reduce(0) { $0 + rights[$1].count }
    if lost.isEmpty, groups.isEmpty { return }
    let reason =
      rule == .R5 ? "Its identity no longer exists" : "Its identity is no member of the org"
    let message =
      "\(reason): rights of its own: \(own), group memberships: \(groups.count); they were left out."
    warnings.append(MappingWarning(rule: rule, row: user.id.text, message: message))
    for path in Set(lost.map(\.path)).sorted() {
      losses.append(
        RosterRows.Loss(rule: rule, row: user.id.text, principal: principal, path: path))
    }
  }

  /// R10: a role that became a group gets a member. The rights of a role that can log in are given to the
  /// member.
  private mutating func attach(_ user: UUID, _ principal: PrincipalRef, to role: UUID) {
    guard let target = principals[role], target != principal else { return }
    if case .group = target {
      var isAdmin = graph.isAdmin(user, of: role)
      if case .agent = principal { isAdmin = false }
      let edge = Edge(group: role, member: principal)
      groupMembers[edge] = groupMembers[edge] ?? false || isAdmin
      return
    }
    give(rights[role], to: principal)
    let message =
      "The role is a login, and so no group: its \(rights[role].count) rights were given to the "
      + "member directly."
    warnings.append(
      MappingWarning(rule: .R10, row: "\(role.text)/\(user.text)", message: message))
  }

  /// R7, R8.
  private mutating func give(_ rights: [OldRight], to principal: PrincipalRef) {
    for right in rights {
      raise(principal, right.path, to: right.level)
      guard let grant = right.grant, right.level.actions != right.actions else { continue }
      widened[grant.id] = RosterRows.WidenedGrant(
        grantID: grant.id, userID: grant.userID, path: grant.path, actions: right.actions.names,
        withGrantOption: grant.withGrantOption, level: right.level)
    }
  }

  /// R9. A user's home is never lowered: the roster itself makes the user its owner.
  private mutating func raise(_ principal: PrincipalRef, _ path: TreePath, to level: AccessLevel) {
    let place = Place(principal: principal, path: path)
    var level = max(level, levels[place] ?? level)
    if case .user(let identity) = principal, path == .home(user: identity) { level = .owner }
    levels[place] = level
  }

  private mutating func warn(ofCycle cycle: [UUID]) {
    let message =
      cycle.count == 1
      ? "The role is a member of itself; that membership was left out."
      : "These \(cycle.count) roles are members of each other; each member of one is attached to "
        + "all of them: \(cycle.map(\.text).joined(separator: ", "))."
    warnings.append(MappingWarning(rule: .R10, row: cycle[0].text, message: message))
  }

  /// R10: an admin option that the new membership cannot hold.
  private mutating func warn(ofLostAdmin edge: OldRoleMembership) {
    guard let member = principals[edge.memberID], let role = principals[edge.roleID],
      edge.roleID != edge.memberID, reasonToKeepOut(member) == nil
    else { return }
    let reason: String
    switch (member, role) {
    case (.user, .group): return
    case (.agent, _): reason = "the member is an agent"
    case (.group, _): reason = "the member is a group"
    case (.user, _): reason = "the role is a login and became no group"
    }
    warnings.append(
      MappingWarning(
        rule: .R10, row: "\(edge.roleID.text)/\(edge.memberID.text)",
        message: "The membership's admin option was dropped: \(reason)."))
  }
}
