import Foundation
@testable import Mapping
import Testing

struct RosterAccessTests {
  @Test("R7: a superuser owns the root, be it a login, a service user or a role")
  func superusers() throws {
    let plan = try RosterRows(
      source(users: [
        login(10, identity: 2, superuser: true), role(20, superuser: true),
        service(30, superuser: true),
      ]))
    for principal in [user(identity: 2), group(20), plan.agents[0].ref] {
      #expect(plan.level(principal, "") == .owner)
    }
    #expect(plan.members.filter(\.isAdmin).map(\.principal) == [user(identity: 1)])
  }

  @Test(
    "R8: what each grant becomes",
    arguments: [
      (["read"], false, AccessLevel.read), (["create"], false, .write), (["update"], false, .write),
      (["delete"], false, .write), (["read", "create"], false, .write),
      (["read", "create", "update", "delete"], false, .write), (["read"], true, .owner),
      ([], true, .owner), (["read", "read"], false, .read), ([], false, nil),
      (["READ", "admin"], false, nil), (["admin", "update"], false, .write),
    ])
  func grants(actions: [String], option: Bool, expected: AccessLevel?) throws {
    var old = grant(50, 10, "a.b", option: option)
    old.actions = actions
    let plan = try RosterRows(source(users: [login(10, identity: 2)], grants: [old]))
    #expect(plan.level(user(identity: 2), "a.b") == expected)
  }

  @Test("R8: a tree owner owns")
  func owners() throws {
    let plan = try RosterRows(
      source(users: [login(10, identity: 2)], owners: [owns(10, "a"), owns(10, "")]))
    #expect(plan.level(user(identity: 2), "a") == .owner)
    #expect(plan.level(user(identity: 2), "") == .owner)
    #expect(plan.widenedGrants.isEmpty)
  }

  @Test("R8: exactly the grants that give more than before are listed")
  func widened() throws {
    let all = ["read", "create", "update", "delete"]
    var full = grant(54, 10, "e")
    full.actions = all
    var fullWithOption = grant(55, 10, "f", option: true)
    fullWithOption.actions = all
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 2), login(11, identity: 4), role(20)],
        grants: [
          grant(53, 10, "d", option: true), grant(50, 10, "a", "read"),
          grant(51, 20, "b", "create"), grant(52, 10, "c", "read", option: true), full,
          fullWithOption, grant(56, 11, "g", "create"), grant(57, 10, "h"),
        ]))
    #expect(plan.widenedGrants.map(\.grantID) == [id(51), id(52), id(53)])
    #expect(plan.widenedGrants[0].actions == ["create"])
    #expect(plan.widenedGrants[0].level == .write)
    #expect(plan.widenedGrants[0].userID == id(20))
    #expect(plan.widenedGrants[1].withGrantOption)
  }

  @Test("R8: an unknown action gives nothing and is warned of")
  func unknownAction() throws {
    let plan = try RosterRows(
      source(users: [login(10, identity: 2)], grants: [grant(50, 10, "a", "read", "share")]))
    #expect(plan.level(user(identity: 2), "a") == .read)
    #expect(plan.warned(.R8) == [id(50).text])
  }

  @Test("R9: the highest level wins, whatever it comes from")
  func highest() throws {
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 1), login(11, identity: 2), login(12, identity: 2)],
        owners: [owns(12, "b")],
        grants: [
          grant(50, 10, "", "read"), grant(51, 11, "a", "read"), grant(52, 12, "a", "delete"),
          grant(53, 11, "b", "create"),
        ]))
    #expect(plan.level(user(identity: 1), "") == .owner)
    #expect(plan.level(user(identity: 2), "a") == .write)
    #expect(plan.level(user(identity: 2), "b") == .owner)
    #expect(plan.treeAccess.count == 3, "one row per principal and path")
  }

  @Test("R9: a grant on a user's own home does not lower what the roster gives there")
  func home() throws {
    let own = TreePath.home(user: id(2)).text
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 2), login(11, identity: 3)],
        grants: [grant(50, 10, own, "read"), grant(51, 11, own, "read")]))
    #expect(plan.level(user(identity: 2), own) == .owner)
    #expect(plan.level(user(identity: 3), own) == .read)
  }

  @Test("R11: who left the org gets nothing, and what that loses is recorded")
  func leftTheOrg() throws {
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 4), role(20), role(21)], owners: [owns(21, "t")],
        grants: [grant(50, 10, "a", "read")],
        memberships: [edge(10, in: 20, admin: true), edge(20, in: 21)]))
    #expect(plan.groupMembers.isEmpty)
    #expect(plan.treeAccess.map(\.principal) == [user(identity: 1), group(21)])
    #expect(plan.warned(.R11) == [id(10).text])
    #expect(plan.losses.map(\.path.text) == ["a", "t"])
    #expect(plan.losses.allSatisfy { $0.rule == .R11 && $0.row == id(10).text })
    #expect(plan.warned(.R10).isEmpty, "one warning says it")
  }

  @Test("R11: a membership alone is warned of; having nothing is not")
  func nothingLost() throws {
    let plan = try RosterRows(
      source(
        identities: [1, 4, 5],
        users: [login(10, identity: 4), login(11, identity: 5), role(20)],
        memberships: [edge(10, in: 20)]))
    #expect(plan.warned(.R11) == [id(10).text])
    #expect(plan.losses.isEmpty)
  }

  @Test("R11: a superuser who left the org is kept out too")
  func superuserLeft() throws {
    let plan = try RosterRows(source(users: [login(10, identity: 4, superuser: true)]))
    #expect(plan.treeAccess.map(\.principal) == [user(identity: 1)])
    #expect(plan.losses.map(\.path) == [.root])
  }

  @Test("The order of what comes in changes nothing; nothing in gives nothing out")
  func order() throws {
    let forward = source(
      users: [login(10, identity: 2), role(20, name: "a b"), service(30, name: "c d")],
      owners: [owns(10, "a"), owns(20, "b")], grants: [grant(50, 30, "a", "create")],
      memberships: [edge(10, in: 20), edge(30, in: 20, admin: true)])
    var backward = forward
    backward.members.reverse()
    backward.access.users.reverse()
    backward.access.owners.reverse()
    backward.access.memberships.reverse()
    #expect(try RosterRows(forward) == RosterRows(backward))
    let empty = try RosterRows(source(members: [member(1, .owner)]))
    #expect(empty.members.count == 1 && empty.treeAccess.count == 1 && empty.warnings.isEmpty)
  }
}
