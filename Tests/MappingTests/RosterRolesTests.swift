import Foundation
@testable import Mapping
import Testing

struct RosterRolesTests {
  private let two = login(10, identity: 2)

  @Test("R10: a membership becomes a group's, with its admin option")
  func direct() throws {
    let plan = try RosterRows(
      source(
        users: [two, login(11, identity: 3), role(20)],
        memberships: [edge(10, in: 20, admin: true), edge(11, in: 20)]))
    #expect(plan.admin(user(identity: 2), in: 20) == true)
    #expect(plan.admin(user(identity: 3), in: 20) == false)
    #expect(plan.warnings.isEmpty)
  }

  @Test("R10: a member is attached to every role above, as an admin of the direct one alone")
  func transitive() throws {
    let plan = try RosterRows(
      source(
        users: [two, role(20), role(21), role(22), role(23)],
        memberships: [
          edge(10, in: 20, admin: true), edge(20, in: 21), edge(20, in: 22, admin: true),
          edge(21, in: 23), edge(22, in: 23),
        ]))
    #expect(
      [20, 21, 22, 23].map { plan.admin(user(identity: 2), in: $0) } == [true, false, false, false])
    #expect(plan.groupMembers.count == 4, "groups are members of nothing; a diamond counts once")
    #expect(plan.warned(.R10) == [row(22, 20)], "a group cannot hold an admin option")
  }

  @Test("R10: an attached flag and a direct one to the same role: the direct one holds")
  func directAndAttached() throws {
    let plan = try RosterRows(
      source(
        users: [two, role(20), role(21)],
        memberships: [edge(10, in: 20), edge(20, in: 21), edge(10, in: 21, admin: true)]))
    #expect(plan.admin(user(identity: 2), in: 20) == false)
    #expect(plan.admin(user(identity: 2), in: 21) == true)
  }

  @Test("R10: of merged users one admin edge is enough", arguments: [(true, false), (false, true)])
  func mergedAdmin(first: Bool, second: Bool) throws {
    let plan = try RosterRows(
      source(
        users: [two, login(11, identity: 2), role(20)],
        memberships: [edge(10, in: 20, admin: first), edge(11, in: 20, admin: second)]))
    #expect(plan.groupMembers.map(\.isAdmin) == [true])
  }

  @Test("R10: an agent is a member, but no admin, with a warning")
  func agent() throws {
    let plan = try RosterRows(
      source(users: [service(30), role(20)], memberships: [edge(30, in: 20, admin: true)]))
    #expect(plan.admin(plan.agents[0].ref, in: 20) == false)
    #expect(plan.warned(.R10) == [row(20, 30)])
  }

  @Test("R10: cycles end, are warned of once, and lose nothing")
  func cycles() throws {
    let plan = try RosterRows(
      source(
        users: [two, role(20), role(21), role(22), role(23)], owners: [owns(22, "t")],
        memberships: [
          edge(10, in: 20), edge(20, in: 21), edge(21, in: 22), edge(22, in: 20),
          edge(23, in: 23),
        ]))
    #expect(plan.groupMembers.map(\.groupID) == [id(20), id(21), id(22)])
    #expect(plan.warned(.R10) == [id(20).text, id(23).text])
  }

  @Test("R10: a login that is its own role gives itself nothing new")
  func selfEdge() throws {
    let plan = try RosterRows(
      source(users: [two], owners: [owns(10, "a")], memberships: [edge(10, in: 10, admin: true)]))
    #expect(plan.level(user(identity: 2), "a") == .owner)
    #expect(plan.warned(.R10) == [id(10).text])
  }

  @Test("R10: the rights of a login that is a role are given to the member, with a warning")
  func loginAsRole() throws {
    let plan = try RosterRows(
      source(
        users: [two, login(11, identity: 3), role(20)],
        owners: [owns(11, "mine"), owns(20, "team")], grants: [grant(50, 11, "g", "create")],
        memberships: [edge(10, in: 11, admin: true), edge(11, in: 20)]))
    let member = user(identity: 2)
    #expect(plan.level(member, "mine") == .owner)
    #expect(plan.level(member, "g") == .write)
    #expect(plan.level(member, "team") == nil, "the group has it, and the member is in the group")
    #expect(plan.admin(member, in: 20) == false)
    #expect(plan.warned(.R10) == [row(11, 10), row(11, 10)], "the rights, and the admin option")
    #expect(plan.widenedGrants.map(\.grantID) == [id(50)])
  }

  @Test("R10: a superuser as a role makes its members owners of the root")
  func superuserAsRole() throws {
    let plan = try RosterRows(
      source(
        users: [two, service(30, superuser: true), role(20)],
        memberships: [edge(10, in: 20), edge(20, in: 30)]))
    #expect(plan.level(user(identity: 2), "") == .owner)
    #expect(plan.level(group(20), "") == nil)
    #expect(plan.warned(.R10) == [row(30, 10)])
  }

  @Test(
    "R10: a role that is dangling or left the org still hands its rights on", arguments: [4, 9])
  func absentRole(identity: Int) throws {
    let plan = try RosterRows(
      source(
        users: [two, login(11, identity: identity), role(20)], owners: [owns(11, "a")],
        memberships: [edge(10, in: 11), edge(11, in: 20)]))
    #expect(plan.level(user(identity: 2), "a") == .owner)
    #expect(plan.groupMembers.map(\.member) == [user(identity: 2)])
  }

  @Test("R10: between two users of one identity there is nothing to hand on")
  func mergedEdge() throws {
    let plan = try RosterRows(
      source(
        users: [two, login(11, identity: 2)], owners: [owns(11, "a")],
        memberships: [edge(10, in: 11)]))
    #expect(plan.level(user(identity: 2), "a") == .owner)
    #expect(plan.warnings.isEmpty)
  }

  @Test("R10: a chain of ten thousand roles needs no stack")
  func deep() throws {
    let last = 10_000
    let plan = try RosterRows(
      source(
        users: [login(last, identity: 2)] + (last + 1...2 * last).map { role($0) },
        memberships: (last..<2 * last).map { edge($0, in: $0 + 1) }))
    #expect(plan.groupMembers.count == last)
  }
}
