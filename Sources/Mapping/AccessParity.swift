import Foundation

/// Compares the rights that the principals of one engine have now with those that they had before, for
/// `verify --deep`.
///
/// Rights are compared at the root, at every path that an old owner or grant or a new grant names, and at a
/// made-up child of each. Anywhere else, rights equal those of the nearest of these paths above, so the
/// comparison is complete. A difference is reported where it begins, not at every path below.
package struct AccessParity: Hashable, Sendable {
  /// A difference at a path.
  package struct Finding: Hashable, Sendable {
    package var principal: PrincipalRef
    package var path: TreePath
    /// The actions that are lost or gained.
    package var actions: ActionSet
    /// The rule that allows the difference; nil makes it a failed check.
    package var rule: Rule?
  }

  /// Only a recorded R5, R10 or R11 explains a loss.
  package private(set) var losses: [Finding] = []
  /// R1, R7, R8 or home explain a gain. (R2, R4 and R9 give nobody more than the union of the rights that the
  /// principal's old users got by these rules.)
  package private(set) var gains: [Finding] = []

  /// Whether every difference has its rule.
  package var isExplained: Bool { (losses + gains).allSatisfy { $0.rule != nil } }

  /// - Parameters:
  ///   - access: the old side, read now.
  ///   - plan: made from the same reading.
  ///   - recorded: the plan's losses whose warning was recorded when the engine was migrated.
  ///   - now: the new side, for every user and agent on the space's roster, agents under the name
  ///     that the plan has for them. A missing principal has no rights.
  package init(
    access: OldAccess, plan: RosterRows, recorded: [RosterRows.Loss],
    now: [PrincipalRef: EffectiveAccess]
  ) {
    let rights = OldRights(access)
    let graph = RoleGraph(access.memberships)
    let forest = PathForest(probing: Self.paths(access, now))
    let users = Dictionary(grouping: plan.principals.keys) { plan.principals[$0] }
    let recorded = Dictionary(grouping: recorded, by: \.principal)
    let admins = Set(plan.members.filter(\.isAdmin).map(\.principal))

    for principal in Set(now.keys).union(plan.principals.values).sorted() {
      if case .group = principal { continue }
      let reached = (users[principal] ?? []).flatMap { graph.reach($0).union([$0]) }
      let comparison = Comparison(
        principal: principal, isAdmin: admins.contains(principal),
        rights: Set(reached).flatMap { rights[$0] }, now: now[principal],
        recorded: recorded[principal] ?? [], forest: forest)
      losses += comparison.losses
      gains += comparison.gains
    }
  }

  private static func paths(
    _ access: OldAccess, _ now: [PrincipalRef: EffectiveAccess]
  ) -> Set<TreePath> {
    var paths = Set(access.owners.map(\.path)).union(access.grants.map(\.path))
    for effective in now.values { paths.formUnion(effective.grants.map(\.path) + [effective.home]) }
    return paths
  }
}

/// Both sides of one principal.
private struct Comparison {
  let principal: PrincipalRef
  let isAdmin: Bool
  /// The rights of all its old users and of the roles that they reach.
  let rights: [OldRight]
  let home: TreePath?
  let recorded: [RosterRows.Loss]
  let forest: PathForest
  /// The old rights, in the forest's order.
  let before: [ActionSet]
  /// The new rights, in the forest's order.
  let after: [ActionSet]

  init(
    principal: PrincipalRef, isAdmin: Bool, rights: [OldRight], now: EffectiveAccess?,
    recorded: [RosterRows.Loss], forest: PathForest
  ) {
    self.principal = principal
    self.isAdmin = isAdmin
    self.rights = rights
    self.recorded = recorded
    self.forest = forest
    home = now?.home
    before = forest.union(rights.map { ($0.path, $0.actions) })
    after = forest.union((now?.grants ?? []).map { ($0.path, $0.level.actions) })
  }

  var losses: [AccessParity.Finding] {
    let explained = forest.inherited(recorded.map { ($0.path, $0.rule) }, from: nil as Rule?) {
      $0 ?? $1
    }
    return findings(zip(before, after).map { $0.subtracting($1) }) { index, _ in explained[index] }
  }

  /// The first rule, in the order of `sources`, that gives everything that is gained.
  var gains: [AccessParity.Finding] {
    let given = sources.map { source in
      (source.rule, forest.union(source.given))
    }
    return findings(zip(before, after).map { $1.subtracting($0) }) { index, actions in
      given.first { $0.1[index].isSuperset(of: actions) }?.0
    }
  }

  /// The rights that each rule gives this principal.
  private var sources: [(rule: Rule, given: [(path: TreePath, value: ActionSet)])] {
    let byRule = Dictionary(grouping: rights, by: \.rule).mapValues { rights in
      rights.map { (path: $0.path, value: $0.level.actions) }
    }
    return [
      (.R1, isAdmin ? [(path: .root, value: .all)] : []),
      (.home, home.map { [(path: $0, value: .all)] } ?? []),
      (.R7, byRule[.R7] ?? []), (.R8, byRule[.R8] ?? []),
    ]
  }

  /// Whether a difference begins here: the path above has another difference or another explanation.
  private func findings(
    _ differences: [ActionSet], rule: (Int, ActionSet) -> Rule?
  ) -> [AccessParity.Finding] {
    let rules = differences.indices.map { index in
      differences[index].isEmpty ? nil : rule(index, differences[index])
    }
    return differences.indices.compactMap { index in
      guard !differences[index].isEmpty else { return nil }
      if let parent = forest.parents[index], differences[parent] == differences[index],
        rules[parent] == rules[index]
      {
        return nil
      }
      return AccessParity.Finding(
        principal: principal, path: forest.paths[index], actions: differences[index],
        rule: rules[index])
    }
  }
}
