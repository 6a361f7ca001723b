import Foundation
import Testing

@testable import Mapping

/// Random engines, taken through the plan and compared, path by path and action by action, with
/// reference models that share nothing with the product.
struct AccessPropertyTests {
  private static let seeds: Range<UInt64> = 0..<2_000
  private static let actions = ["read", "create", "update", "delete"]

  /// One engine, planned and applied.
  private struct Case {
    let source: RosterSource
    let plan: RosterPlan
    let old: OldReference
    var new: NewReference

    init(seed: UInt64) throws {
      source = RandomEngine(seed: seed).source
      plan = try RosterPlan(source)
      old = OldReference(access: source.access)
      new = NewReference(applying: plan)
    }

    var everyone: Set<PrincipalRef> {
      Set(plan.principals.values).union(plan.members.map(\.principal)).filter {
        if case .group = $0 { false } else { true }
      }
    }

    func oldUsers(_ principal: PrincipalRef) -> [UUID] {
      plan.principals.filter { $0.value == principal }.map(\.key)
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
      let it = try Case(seed: seed)
      for principal in it.everyone {
        let users = it.oldUsers(principal)
        let isAdmin = it.plan.members.contains { $0.principal == principal && $0.isAdmin }
        for path in RandomEngine.paths {
          for action in Self.actions {
            let before = it.old.may(users, action, at: path)
            let now = it.new.may(principal, action, at: path)
            let allowed = before || isAdmin || it.old.isWidened(users, action, at: path)
            if it.new.roster.contains(principal) {
              #expect(now == allowed, "seed \(seed): \(principal), \(action) at \(path)")
            } else {
              #expect(!now, "seed \(seed): \(principal) has dormant access at \(path)")
              let isRecorded = it.plan.losses.contains {
                $0.principal == principal && path.starts(with: labels($0.path))
              }
              #expect(!before || isRecorded, "seed \(seed): \(principal) lost \(path) unrecorded")
            }
          }
        }
      }
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
      let intact = it
      var random = SeededGenerator(seed: seed)
      guard
        let row = it.new.tree.keys.sorted(by: { ($0.principal, $0.path) < ($1.principal, $1.path) })
          .randomElement(using: &random)
      else { continue }
      it.new.tree[row] = random.chance(50) ? nil : .owner

      let differs = it.new.roster.contains { principal in
        RandomEngine.paths.contains { path in
          Self.actions.contains { action in
            it.new.may(principal, action, at: path) != intact.new.may(principal, action, at: path)
              && it.new.may(principal, action, at: path)
                != it.old.may(it.oldUsers(principal), action, at: path)
              && !Self.isExplained(principal, action, path, it)
          }
        }
      }
      #expect(it.parity.isExplained != differs, "seed \(seed): \(row)")
      caught += differs ? 1 : 0
    }
    #expect(caught > Self.seeds.count / 10, "most sabotage must matter, or this proves nothing")
  }

  private static func isExplained(
    _ principal: PrincipalRef, _ action: String, _ path: [String], _ it: Case
  ) -> Bool {
    it.new.may(principal, action, at: path)
      && (it.plan.members.contains { $0.principal == principal && $0.isAdmin }
        || it.old.isWidened(it.oldUsers(principal), action, at: path))
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
      #expect(
        Set(plan.groupMembers.map { [$0.member, .group(oldUserID: $0.groupID)] }).count
          == plan.groupMembers.count)
      #expect(plan.treeAccess.allSatisfy { roster.union(groups).contains($0.principal) })
      #expect(
        Set(plan.treeAccess.map { "\($0.principal) \($0.path.text)" }).count
          == plan.treeAccess.count)
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
      #expect(try RosterPlan(source) == RosterPlan(shuffled), "seed \(seed)")
    }
  }
}
