import Foundation

@testable import Mapping

/// SplitMix64: the same seed gives the same engine on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// A small engine with everything that makes access hard: merged, dangling and departed logins, nested
/// and cyclic roles, logins as roles, superusers, and grants of every kind on overlapping paths.
struct RandomEngine {
  /// Owner 1; 2 and 3 are members of some role, 4 has left the org, 5 is gone altogether.
  static let identities = [1, 2, 3, 4]
  /// Every path that a grant may name, and one below each that none does.
  static let paths: [[String]] = {
    let one = ["a", "b"].map { [$0] }
    let two = one.flatMap { above in ["a", "b"].map { above + [$0] } }
    let known = [[]] + one + two
    return known + known.map { $0 + ["z"] }
  }()

  let source: RosterSource

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...8, using: &random)
    let users = (1...count).map { Self.user(10 + $0, &random) }
    let granted = (0..<Int.random(in: 0...8, using: &random)).map {
      Self.grant(50 + $0, of: Int.random(in: 11...10 + count, using: &random), &random)
    }
    let owned = (0..<Int.random(in: 0...2, using: &random)).map { _ in
      owns(Int.random(in: 11...10 + count, using: &random), Self.path(&random))
    }
    let edges = (0..<Int.random(in: 0...10, using: &random)).map { _ in
      edge(
        Int.random(in: 11...10 + count, using: &random),
        in: Int.random(in: 11...10 + count, using: &random), admin: random.chance(30))
    }
    let members =
      [member(1, .owner)]
      + [2, 3].map { member($0, OldOrgRole.allCases.randomElement(using: &random) ?? .member) }
    source = MappingTests.source(
      members: members, users: users, owners: owned, grants: granted, memberships: edges)
  }
}

extension RandomEngine {
  private static func user(_ number: Int, _ random: inout SeededGenerator) -> OldUser {
    let isSuperuser = random.chance(6)
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: return role(number, superuser: isSuperuser)
    case 4..<6: return service(number, superuser: isSuperuser)
    default:
      let identity = Int.random(in: 1...5, using: &random)
      return login(number, identity: identity, superuser: isSuperuser)
    }
  }

  private static func grant(
    _ number: Int, of user: Int, _ random: inout SeededGenerator
  ) -> OldTreeGrant {
    var actions: [String] = []
    for action in ["read", "create", "update", "delete"] where random.chance(35) {
      actions.append(action)
    }
    return OldTreeGrant(
      id: id(number), userID: id(user), path: TreePath(path(&random)), actions: actions,
      withGrantOption: random.chance(10))
  }

  private static func path(_ random: inout SeededGenerator) -> String {
    paths.prefix(7).randomElement(using: &random)?.joined(separator: ".") ?? ""
  }
}
