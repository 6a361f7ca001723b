import Foundation
@testable import Mapping
import Testing

struct RosterMembersTests {
  @Test("E1: the space has the engine's slug, name and language")
  func space() throws {
    let plan = try RosterRows(source())
    #expect(plan.space == .init(slug: "abcdef123456", name: "Notes", language: "english"))
  }

  @Test(
    "E4: without a migrated owner or admin the engine fails, alone and clearly",
    arguments: [
      ([], [1, 2]), ([member(1, .member)], [1, 2]), ([member(9, .owner), member(1)], [1, 2]),
      ([member(1, .owner, org: 901)], [1, 2]),
    ])
  func nobodyToRunIt(members: [OldOrgMember], identities: [Int]) {
    let error = #expect(throws: MappingError.self) {
      try RosterRows(source(members: members, identities: identities))
    }
    #expect(error?.engine == engine.slug)
    #expect(error?.refusals.map(\.rule) == [.E4])
  }

  @Test("R1: every org member is on the roster; owners and admins are admins and own the root")
  func members() throws {
    let plan = try RosterRows(
      source(members: [
        member(3, rank: 3), member(2, .admin, rank: 2), member(1, .owner, rank: 1),
        member(4, .owner, org: 901),
      ]))
    #expect(
      plan.members == [
        .init(principal: user(identity: 1), isAdmin: true),
        .init(principal: user(identity: 2), isAdmin: true),
        .init(principal: user(identity: 3), isAdmin: false),
      ])
    #expect(
      plan.treeAccess == [
        .init(principal: user(identity: 1), path: .root, level: .owner),
        .init(principal: user(identity: 2), path: .root, level: .owner),
      ])
  }

  @Test("R1: a member whose identity is gone is left out with a warning")
  func goneMember() throws {
    let plan = try RosterRows(source(members: [member(1, .owner), member(9, .admin)]))
    #expect(plan.members.map(\.principal) == [user(identity: 1)])
    #expect(plan.warned(.R1) == [id(9).text])
  }

  @Test("R2: several users of one identity are one principal with the rights of all")
  func merged() throws {
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 2), login(11, identity: 2)],
        owners: [owns(10, "a")], grants: [grant(50, 11, "b", "read")]))
    #expect(plan.principals == [id(10): user(identity: 2), id(11): user(identity: 2)])
    #expect(plan.level(user(identity: 2), "a") == .owner)
    #expect(plan.level(user(identity: 2), "b") == .read)
    #expect(plan.agents.isEmpty)
  }

  @Test("R3: who cannot log in is a group, even with an identity")
  func groups() throws {
    var odd = role(21, name: "odd")
    odd.identityID = id(2)
    let plan = try RosterRows(source(users: [odd, role(20, name: "Editors")]))
    #expect(
      plan.groups == [
        .init(oldUserID: id(20), name: "Editors", originalName: "Editors"),
        .init(oldUserID: id(21), name: "odd", originalName: "odd"),
      ])
    #expect(plan.members.count == 3, "groups are not on the roster")
  }

  @Test("R4: a service user is an agent of the org's owner, on the roster even without a grant")
  func agents() throws {
    let plan = try RosterRows(source(users: [service(30, name: "claude-code")]))
    let agent = try #require(plan.agents.first)
    #expect(agent.ownerID == id(1))
    #expect(agent.name == "claude-code")
    #expect(plan.members.last == .init(principal: agent.ref, isAdmin: false))
  }

  @Test(
    "R4: the owner is the earliest-joined one, ties by id, else the earliest-joined admin",
    arguments: [
      ([member(1, .owner, rank: 2), member(2, .owner, rank: 1)], 2),
      ([member(3, .owner, rank: 1), member(2, .owner, rank: 1)], 2),
      ([member(1, .admin, rank: 1), member(2, .owner, rank: 5)], 2),
      ([member(9, .owner, rank: 1), member(2, .owner, rank: 5)], 2),
      ([member(9, .owner, rank: 1), member(3, .admin, rank: 3), member(2, .admin, rank: 2)], 2),
      ([member(1, .owner, rank: 1, org: 901), member(2, .admin, rank: 3)], 2),
    ])
  func agentOwner(members: [OldOrgMember], expected: Int) throws {
    let plan = try RosterRows(source(members: members, users: [service(30)]))
    #expect(plan.agentOwnerID == id(expected))
    #expect(plan.agents.map(\.ownerID) == [id(expected)])
  }

  @Test("R4: the same name in two engines of one owner is the same agent")
  func sameAgent() throws {
    let plans = try [30, 31].map { try RosterRows(source(users: [service($0, name: "Bot é")])) }
    #expect(plans[0].agents[0].ref == plans[1].agents[0].ref)
  }

  @Test("R5: a login whose identity is gone is no principal, and its rights are recorded as lost")
  func dangling() throws {
    let plan = try RosterRows(
      source(
        users: [login(10, identity: 9), login(11, identity: 8), role(20)],
        owners: [owns(10, "a.b"), owns(20, "t")], grants: [grant(50, 10, "c", "read")],
        memberships: [edge(10, in: 20)]))
    // The other one has nothing to lose.
    #expect(plan.warned(.R5) == [id(10).text])
    #expect(plan.losses.map(\.path.text) == ["a.b", "c", "t"])
    #expect(plan.losses.allSatisfy { $0.rule == .R5 && $0.principal == user(identity: 9) })
    #expect(plan.groupMembers.isEmpty)
    #expect(plan.treeAccess.map(\.principal) == [user(identity: 1), group(20)])
    #expect(plan.widenedGrants.isEmpty)
  }

  @Test("R6: a role or service user that does not fit is renamed, with both names in the warning")
  func renamed() throws {
    let plan = try RosterRows(
      source(users: [service(30, name: "my \"bot\" {{x}}"), role(20, name: "100% café\n")]))
    #expect(plan.warned(.R6) == [id(20).text, id(30).text])
    #expect(plan.groups[0].originalName == "100% café\n")
    #expect(plan.groups[0].name.hasPrefix("100-caf-"))
    #expect(plan.agents[0].name.hasPrefix("my-bot-x-"))
    for (warning, name) in zip(plan.warnings, [plan.groups[0].name, plan.agents[0].name]) {
      #expect(warning.message.contains(name))
    }
    #expect(plan.warnings[1].message.contains("my \"bot\" {{x}}"))
  }

  @Test("R6: a login's name does not matter, and a group may be called as an agent is")
  func unaffected() throws {
    let plan = try RosterRows(
      source(users: [
        login(10, identity: 2, name: "Ann Doe"), role(20, name: "bot"), service(30, name: "BOT"),
      ]))
    #expect(plan.warnings.isEmpty)
  }

  @Test("R6: names that clash only in the target are refused, for merging would widen access")
  func clash() {
    // A Turkish server's lower('I') is not 'i', so it takes both; another server does not.
    var upper = role(20, name: "ADMIN")
    upper.name = FoldedText("ADMIN", key: "admın")
    let error = #expect(throws: MappingError.self) {
      try RosterRows(source(users: [upper, role(21, name: "admin")]))
    }
    #expect(error?.refusals.map(\.rule) == [.R6])
    #expect(error?.refusals.first?.row == "\(id(20).text), \(id(21).text)")
  }
}
