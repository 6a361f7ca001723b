import Foundation
import Testing

@testable import Mapping

struct AccessParityTests {
  private let two = user(identity: 2)

  private func may(
    _ identity: Int, _ grants: [(path: String, level: AccessLevel)]
  ) -> EffectiveAccess {
    let home = TreePath.home(user: id(identity))
    let given = grants.map { EffectiveAccess.Grant(path: TreePath($0.path), level: $0.level) }
    return EffectiveAccess(
      grants: given + [EffectiveAccess.Grant(path: home, level: .owner)], home: home)
  }

  private func compare(
    _ source: RosterSource, _ now: [PrincipalRef: EffectiveAccess], isRecorded: Bool = true
  ) throws -> AccessParity {
    let plan = try RosterRows(source)
    var everyone = [user(identity: 1): may(1, [("", .owner)])]
    everyone.merge(now) { _, given in given }
    return AccessParity(
      access: source.access, plan: plan, recorded: isRecorded ? plan.losses : [], now: everyone)
  }

  @Test("Nothing is lost when everything arrived; gains name R1, home and R8")
  func explained() throws {
    let parity = try compare(
      source(users: [login(10, identity: 2)], grants: [grant(50, 10, "a", "update")]),
      [two: may(2, [("a", .write)])])
    #expect(parity.losses.isEmpty)
    #expect(
      parity.gains == [
        .init(principal: user(identity: 1), path: .root, actions: .all, rule: .R1),
        .init(
          principal: two, path: TreePath("a"), actions: [.read, .create, .delete], rule: .R8),
        .init(principal: two, path: .home(user: id(2)), actions: .all, rule: .home),
      ])
    #expect(parity.isExplained)
  }

  @Test("A grant that did not arrive is a loss without a rule, told once, at its top")
  func lost() throws {
    let parity = try compare(
      source(
        users: [login(10, identity: 2)],
        grants: [grant(50, 10, "a", "read", "update"), grant(51, 10, "a.b.c", "read")]),
      [two: may(2, [("a.b.c", .read)])])
    #expect(
      parity.losses == [
        .init(principal: two, path: TreePath("a"), actions: [.read, .update], rule: nil),
        .init(principal: two, path: TreePath("a.b.c"), actions: [.update], rule: nil),
      ])
    #expect(!parity.isExplained)
  }

  @Test(
    "Access that no rule gives is a gain without a rule",
    arguments: [
      ("a", AccessLevel.write), ("", .read), ("elsewhere", .read), ("a.b", .owner),
    ])
  func unexplained(path: String, level: AccessLevel) throws {
    let parity = try compare(
      source(users: [login(10, identity: 2)], grants: [grant(50, 10, "a", "read")]),
      [two: may(2, [("a", .read), (path, level)])])
    let gain = try #require(parity.gains.first { $0.rule == nil })
    #expect(gain.path == TreePath(path))
    #expect(gain.actions == (level == .read ? .read : [.create, .update, .delete]))
    #expect(!parity.isExplained)
  }

  @Test("A principal that only the target knows gains without a rule")
  func stranger() throws {
    let parity = try compare(source(), [user(identity: 3): may(3, [("x", .read)])])
    #expect(parity.gains.contains { $0.path == TreePath("x") && $0.rule == nil })
  }

  @Test(
    "A loss by R5 or R11 passes only when its warning was recorded",
    arguments: [
      (9, Rule.R5), (4, .R11),
    ])
  func recorded(identity: Int, rule: Rule) throws {
    let old = source(
      users: [login(10, identity: identity), role(20)], owners: [owns(20, "t")],
      grants: [grant(50, 10, "a", "read")], memberships: [edge(10, in: 20)])
    for (isRecorded, expected) in [(true, rule), (false, nil)] {
      let parity = try compare(old, [:], isRecorded: isRecorded)
      #expect(parity.losses.map(\.path.text) == ["a", "t"])
      #expect(parity.losses.allSatisfy { $0.rule == expected })
      #expect(parity.isExplained == isRecorded)
    }
  }

  @Test("The old side is the union over a principal's old users and all that they reach")
  func union() throws {
    let parity = try compare(
      source(
        users: [login(10, identity: 2), login(11, identity: 2), role(20), login(12, identity: 3)],
        owners: [owns(12, "l")],
        grants: [
          grant(50, 10, "a", "read"), grant(51, 11, "b", "read"), grant(52, 20, "c", "read"),
        ],
        memberships: [edge(11, in: 20), edge(20, in: 12)]),
      [two: may(2, []), user(identity: 3): may(3, [("l", .owner)])])
    #expect(parity.losses.map(\.path.text) == ["a", "b", "c", "l"])
    #expect(parity.losses.allSatisfy { $0.principal == two })
  }

  @Test("A path's made-up child meets no label that exists")
  func madeUpChild() {
    let forest = PathForest(probing: [TreePath("made_up"), TreePath("a.made_up_.b")])
    #expect(forest.paths.contains(TreePath("made_up__")))
    #expect(forest.paths.contains(TreePath("a.made_up_.b.made_up__")))
    #expect(forest.paths.count == 6)
    #expect(forest.parents.filter { $0 == nil }.count == 1)
  }

  @Test("Thousands of paths, a hundred labels deep, are compared in one pass")
  func large() throws {
    let deep = (1...100).map { "l\($0)" }.joined(separator: ".")
    let paths = (0..<4_000).map { "top.p\($0)" } + [deep]
    let parity = try compare(
      source(
        users: [login(10, identity: 2)],
        grants: paths.enumerated().map { grant(1_000 + $0, 10, $1, "read") }),
      [two: may(2, paths.dropFirst().map { ($0, .read) })])
    #expect(parity.losses.map(\.path.text) == ["top.p0"])
  }
}
