import Foundation

@testable import Mapping

/// The old access rule, written as its documentation says it, with nothing shared with the product.
struct OldReference {
  let access: OldAccess

  /// The user itself and every role it reaches.
  func effectiveRoles(_ user: UUID) -> Set<UUID> {
    var roles: Set<UUID> = [user]
    while true {
      let more = access.memberships.filter { roles.contains($0.memberID) }.map(\.roleID)
      if roles.isSuperset(of: more) { return roles }
      roles.formUnion(more)
    }
  }

  func may(_ users: [UUID], _ action: String, at path: [String]) -> Bool {
    let roles = users.reduce(into: Set<UUID>()) { $0.formUnion(effectiveRoles($1)) }
    return access.users.contains { $0.isSuperuser && roles.contains($0.id) }
      || access.owners.contains { roles.contains($0.userID) && path.starts(with: labels($0.path)) }
      || access.grants.contains {
        roles.contains($0.userID) && path.starts(with: labels($0.path))
          && $0.actions.contains(action)
      }
  }

  /// Whether some grant that counts for these users and this path is one that R8 widens to allow it.
  func isWidened(_ users: [UUID], _ action: String, at path: [String]) -> Bool {
    let roles = users.reduce(into: Set<UUID>()) { $0.formUnion(effectiveRoles($1)) }
    let writes = ["create", "update", "delete"]
    return access.grants.contains { grant in
      roles.contains(grant.userID) && path.starts(with: labels(grant.path))
        && (grant.withGrantOption || grant.actions.contains(where: writes.contains))
    }
  }
}

/// The new model's roster as the target would hold it after the plan's calls, and
/// `build_tree_access` over it.
struct NewReference {
  struct Row: Hashable {
    var principal: PrincipalRef
    var path: TreePath
  }

  var roster: Set<PrincipalRef> = []
  var groups: [PrincipalRef: Set<PrincipalRef>] = [:]
  var tree: [Row: AccessLevel] = [:]
  /// Agents have ids only here.
  let agentIDs: [PrincipalRef: UUID]

  init(applying plan: RosterRows) {
    agentIDs = Dictionary(
      uniqueKeysWithValues: plan.agents.enumerated().map { ($1.ref, id(5_000 + $0)) })
    for member in plan.members {
      roster.insert(member.principal)
      let home = Row(principal: member.principal, path: home(member.principal))
      tree[home] = tree[home] ?? .owner
    }
    for member in plan.groupMembers {
      groups[member.member, default: []].insert(group(of: member.groupID))
    }
    for access in plan.treeAccess {
      tree[Row(principal: access.principal, path: access.path)] = access.level
    }
  }

  private func group(of oldUser: UUID) -> PrincipalRef { .group(oldUserID: oldUser) }

  func home(_ principal: PrincipalRef) -> TreePath {
    switch principal {
    case .user(let identity): .home(user: identity)
    case .agent(let owner, _): .home(agent: agentIDs[principal] ?? owner, owner: owner)
    case .group: .root
    }
  }

  /// Its own grants and, while it is on the roster, those of its groups; an agent's are clamped.
  func build(_ member: PrincipalRef) -> EffectiveAccess {
    let holders = roster.contains(member) ? (groups[member] ?? []).union([member]) : [member]
    var grants = tree.filter { holders.contains($0.key.principal) }
      .map { EffectiveAccess.Grant(path: $0.key.path, level: $0.value) }
    if case .agent(let owner, _) = member {
      let owners = build(.user(identityID: owner)).grants
      grants = grants.compactMap { grant in
        let held = owners.filter { labels(grant.path).starts(with: labels($0.path)) }
        guard let most = held.map(\.level).max() else { return nil }
        return EffectiveAccess.Grant(path: grant.path, level: min(grant.level, most))
      }
    }
    return EffectiveAccess(grants: grants, home: home(member))
  }
}

extension EffectiveAccess {
  func may(_ action: String, at path: [String]) -> Bool {
    grants.contains {
      path.starts(with: labels($0.path)) && $0.level.rawValue >= (action == "read" ? 1 : 2)
    }
  }
}

func labels(_ path: TreePath) -> [String] {
  path.text.split(separator: ".").map(String.init)
}
