import Foundation
import LocalServers
import Mapping
import Testing

@testable import Verification

@Suite("The old rule as the shard computes it")
struct VerifyOldRuleTests {
  private static let owner = UUID()
  private static let member = UUID()
  private static let memberUser = UUID()

  /// What the mapping makes of an engine whose member may write at the paths, and a target that agrees.
  private func agreed(_ paths: [TreePath]) throws -> (OldAccess, RosterRows, TargetSpace) {
    let org = UUID()
    let name = FoldedText("member", key: "member")
    let access = OldAccess(
      users: [
        OldUser(
          id: Self.memberUser, name: name, identityID: Self.member, canLogin: true,
          isSuperuser: false)
      ],
      owners: paths.map { OldTreeOwner(path: $0, userID: Self.memberUser) })
    let engine = OldEngine(
      id: UUID(), orgID: org, slug: "aaaaaaaaaaaa", name: "A", status: "active",
      language: "english")
    let people = [(Self.owner, OldOrgRole.owner), (Self.member, .member)]
    let plan = try RosterRows(
      RosterSource(
        engine: engine,
        members: people.enumerated().map { rank, person in
          OldOrgMember(orgID: org, identityID: person.0, role: person.1, joinRank: rank)
        }, identities: [Self.owner, Self.member], access: access))
    return (access, plan, space(plan))
  }

  private func space(_ plan: RosterRows) -> TargetSpace {
    var space = TargetSpace()
    space.members = [Self.owner, Self.member].map { id in
      let principal = PrincipalRef.user(identityID: id)
      let grants = plan.treeAccess.filter { $0.principal == principal }.map {
        EffectiveAccess.Grant(path: $0.path, level: $0.level)
      }
      return TargetSpace.Member(
        id: id, ref: principal, ownerID: nil, isAdmin: id == Self.owner,
        isEffectiveAdmin: id == Self.owner,
        access: grants + [EffectiveAccess.Grant(path: .home(user: id), level: .owner)])
    }
    return space
  }

  /// Findings with the paths as the mapping reads them, and as the shard does.
  private func findings(read: [TreePath], shard paths: [TreePath]) throws -> [String] {
    let (access, plan, found) = try agreed(read)
    var checks = VerifyChecks(deep: true)
    let told = ParityVerifier(
      engine: "aaaaaaaaaaaa", access: access, plan: plan, found: found, recorded: []
    ).verify(&checks)
    #expect(told.isEmpty)
    #expect(checks.isPassed)
    let rights = paths.map {
      OldRule.Right(
        user: Self.memberUser, identity: Self.member, path: $0, actions: .all, level: .owner)
    }
    OldRuleVerifier(
      engine: "aaaaaaaaaaaa", rule: OldRule(rights: rights), found: found, plan: plan,
      admins: [.user(identityID: Self.owner)], recorded: []
    ).verify(leavingOut: told, &checks)
    return checks[.accessParity].findings.map(\.message)
  }

  @Test("finds what the mapping misread and parity, with the same reading, holds to be right")
  func misread() throws {
    let path = TreePath("team.notes")
    let who = "\(PrincipalRef.user(identityID: Self.member))"
    let tail = "read, create, update, delete at 'team.notes', by the rule as the shard computes it"
    let right = try findings(read: [path], shard: [path])
    #expect(right == [])
    let lost = try findings(read: [], shard: [path])
    #expect(lost == ["\(who) lost \(tail)"])
    let gained = try findings(read: [path], shard: [TreePath("team.notes.deeper")])
    #expect(gained == ["\(who) gained \(tail)"])
  }

  @Test("agrees about roles of roles, a cycle, a role that logs in, and every kind of right")
  func agrees() async throws {
    try await VerifyFixture.withMigration(rows: 40, prepare: Self.roles) { fixture in
      let verified = try await fixture.verify()
      #expect(verified.found == [])
      let rules = Set(verified.check("access_parity")?.notes.compactMap(\.rule) ?? [])
      #expect(rules == ["R8", "home"])
    }
  }

  private static let team = "7hkmwg04yqtl"

  private static func id(_ digit: String) -> String { "01900000-0000-7000-8000-0000000000\(digit)" }

  /// r1 < r2 < r3 < r1, r3 < chief, which logs in; the member of the org, and a service user, are in r1.
  private static func roles(_ databases: TestDatabases) async throws {
    try await databases.servers.shard.run(
      """
      set search_path = me_\(team), public;
      insert into "user" (id, name, can_login, superuser) values
        ('\(id("a1"))', 'r1', false, false), ('\(id("a2"))', 'r2', false, false),
        ('\(id("a3"))', 'r3', false, false), ('\(id("a4"))', 'chief', true, false),
        ('\(id("a5"))', 'helper', true, false), ('\(id("a6"))', 'root', true, true);
      insert into role_membership (role_id, member_id) values
        ('\(id("a2"))', '\(id("a1"))'), ('\(id("a3"))', '\(id("a2"))'),
        ('\(id("a1"))', '\(id("a3"))'), ('\(id("a4"))', '\(id("a3"))'),
        ('\(id("a1"))', '\(id("a5"))');
      insert into role_membership (role_id, member_id)
      select '\(id("a1"))', m.member_id
      from role_membership m join "user" u on u.id = m.member_id and u.identity_id is not null;
      insert into tree_grant (user_id, tree_path, actions, with_grant_option) values
        ('\(id("a1"))', 'a.read', '{read}', false), ('\(id("a2"))', 'a.make', '{create}', false),
        ('\(id("a3"))', 'a.give', '{}', true), ('\(id("a4"))', 'a.chief', '{delete}', false);
      insert into tree_owner (tree_path, user_id) values ('a.own', '\(id("a3"))');
      """, database: databases.name)
  }
}
