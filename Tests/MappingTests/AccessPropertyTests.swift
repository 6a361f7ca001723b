import Foundation
import Testing

@testable import Mapping

/// Random engines, taken through the plan and compared, path by path and action by action, with
/// reference models that share nothing with the product.
struct AccessPropertyTests {
  private static let seeds: Range<UInt64> = 0..<400
  private static let actions = ["read", "create", "update", "delete"]

  /// One engine, planned and applied.
  private struct Case {
    let source: RosterSource
    let plan: RosterRows
    let old: OldReference
    var new: NewReference

    init(seed: UInt64) throws {
      source = RandomEngine(seed: seed).source
      plan = try RosterRows(source)
      old = OldReference(access: source.access)
      new = NewReference(applying: plan)
    }

    var everyone: Set<PrincipalRef> {
      Set(plan.principals.values).union(plan.members.map(\.principal)).filter {
        if case .group = $0 { false } else { true }
      }
    }

    func isAdmin(_ principal: PrincipalRef) -> Bool {
      plan.members.contains { $0.principal == principal && $0.isAdmin }
    }

    func oldUsers(_ principal: PrincipalRef) -> [UUID] {
      plan.principals.filter { $0.value == principal }.map(\.key)
    }

    /// What is not as the rules say, one text per principal, path and action; if not `exactly`, a
    /// widening that did not come about passes, for nobody lost anything.
    func differences(exactly: Bool) -> [String] {
      everyone.flatMap { principal in
        let users = oldUsers(principal)
        let isOnRoster = new.roster.contains(principal)
        let now = new.build(principal)
        return RandomEngine.paths.flatMap { path in
          actions.filter { action in
            let before = old.may(users, action, at: path)
            let may = now.may(action, at: path)
            if !isOnRoster { return may || before && !isRecordedLoss(principal, path) }
            let isGiven = isAdmin(principal) || old.isWidened(users, action, at: path)
            return may ? !before && !isGiven : before || exactly && isGiven
          }
          .map { "\(principal) \($0) \(path)" }
        }
      }
    }

    private func isRecordedLoss(_ principal: PrincipalRef, _ path: [String]) -> Bool {
      plan.losses.contains { $0.principal == principal && path.starts(with: labels($0.path)) }
    }

    var parity: AccessParity {
      let now = new.roster.map { ($0, new.build($0)) }
      return AccessParity(
        access: source.access, plan: plan, recorded: plan.losses,
        now: Dictionary(uniqueKeysWithValues: now))
    }
  }

  @Test("R1–R11: what was allowed stays allowed, save for recorded losses; only rules widen")
  func parity() throws {
    for seed in Self.seeds {
      let differences = try Case(seed: seed).differences(exactly: true)
      #expect(differences.isEmpty, "seed \(seed)")
    }
  }

  @Test("The comparison finds every difference of a right plan explained")
  func explained() throws {
    for seed in Self.seeds {
      let parity = try Case(seed: seed).parity
      #expect(parity.isExplained, "seed \(seed): \(parity.losses) \(parity.gains)")
    }
  }

  @Test("The comparison finds what is missing or too much in the target, exactly when it matters")
  func sabotage() throws {
    var caught = 0
    for seed in Self.seeds {
      var it = try Case(seed: seed)
      var random = SeededGenerator(seed: seed)
      let rows = it.new.tree.keys
        .filter { !it.isAdmin($0.principal) && $0.path != it.new.home($0.principal) }
        .sorted { ($0.principal, $0.path) < ($1.principal, $1.path) }
      guard let row = rows.randomElement(using: &random) else { continue }
      it.new.tree[row] = random.chance(50) ? nil : .owner

      let matters = !it.differences(exactly: false).isEmpty
      #expect(it.parity.isExplained != matters, "seed \(seed): \(row)")
      caught += matters ? 1 : 0
    }
    #expect(caught > Self.seeds.count / 10, "too little of it matters to prove anything")
  }

  @Test("R10, R11: what is written refers only to what exists, once")
  func wellFormed() throws {
    for seed in Self.seeds {
      let plan = try Case(seed: seed).plan
      let roster = Set(plan.members.map(\.principal))
      let groups = Set(plan.groups.map(\.ref))
      #expect(roster.isDisjoint(with: groups))
      #expect(roster.count == plan.members.count)
      #expect(plan.groupMembers.allSatisfy { roster.contains($0.member) })
      #expect(plan.groupMembers.allSatisfy { groups.contains(.group(oldUserID: $0.groupID)) })
      let edges = Set(plan.groupMembers.map { [$0.member, .group(oldUserID: $0.groupID)] })
      #expect(edges.count == plan.groupMembers.count)
      #expect(plan.treeAccess.allSatisfy { roster.union(groups).contains($0.principal) })
      let rows = Set(plan.treeAccess.map { "\($0.principal) \($0.path.text)" })
      #expect(rows.count == plan.treeAccess.count)
    }
  }

  @Test("The order in which the servers return rows changes nothing")
  func order() throws {
    for seed in Self.seeds {
      let source = RandomEngine(seed: seed).source
      var shuffled = source
      var random = SeededGenerator(seed: ~seed)
      shuffled.members.shuffle(using: &random)
      shuffled.access.users.shuffle(using: &random)
      shuffled.access.owners.shuffle(using: &random)
      shuffled.access.grants.shuffle(using: &random)
      shuffled.access.memberships.shuffle(using: &random)
      #expect(try RosterRows(source) == RosterRows(shuffled), "seed \(seed)")
    }
  }
}
