import LocalServers
import Testing

/// R12. The team's org invites four people; two others were once, of whom one has accepted.
@Suite("Invitations, verified")
struct VerifyInvitationTests {
  private static let team = "7hkmwg04yqtl"
  private static let accepted = "person7@example.org"

  private static func id(_ number: Int) -> String { "01900000-0000-7000-8000-0000000000d\(number)" }

  private static func invite(_ databases: TestDatabases) async throws {
    for number in 1...4 {
      try await databases.servers.accounts.run(
        """
        insert into accounts.invitation
          (id, org_id, email, role, invited_by, token_hash, expires_at)
        select '\(id(number))', org_id, 'guest\(number)@example.org', 'member', invited_by,
          sha256('\(number)'), '2099-01-01'
        from accounts.invitation where email = '\(accepted)';
        """, database: databases.name)
    }
  }

  private func add(
    _ email: String, isAdmin: Bool, _ fixture: VerifyFixture
  ) async throws {
    try await fixture.onTarget(
      """
      insert into core.space_invitation (space_id, email, admin, invited_by)
      select s.id, '\(email)', \(isAdmin), p.principal_id
      from core.space s join core.principal_space p on p.space_id = s.id and p.admin
      where s.slug = '\(Self.team)';
      """)
  }

  @Test("one that nobody gave, was accepted, or had lapsed before the run is found")
  func found() async throws {
    try await VerifyFixture.withMigration(rows: 10, prepare: Self.invite) { fixture in
      let good = try await fixture.verify(deep: false)
      #expect(good.found == [])
      #expect(good.check("invitations")?.looked == 4)
      let accepted = try await fixture.onAccounts(
        "select id from accounts.invitation where email = '\(Self.accepted)';")
      try await add(Self.accepted, isAdmin: true, fixture)
      try await fixture.onTarget(
        """
        update core.space_invitation set accepted_at = now() where email = 'guest1@example.org';
        """)
      try await fixture.onAccounts(
        "update accounts.invitation set expires_at = '2025-07-01' where id = '\(Self.id(2))';")
      let verified = try await fixture.verify(deep: false)
      #expect(
        verified.found
          == [
            "invitations \(Self.team) \(Self.id(1)) accepted_at",
            "invitations \(Self.team) \(Self.id(2))",
            "invitations \(Self.team) \(accepted[0][0])",
          ].sorted())
    }
  }

  @Test("one that lapsed since the run began is told of, unless it is another one in the target")
  func lapsed() async throws {
    try await VerifyFixture.withMigration(rows: 10, prepare: Self.invite) { fixture in
      try await fixture.onAccounts(
        """
        update accounts.invitation set accepted_at = now() where id = '\(Self.id(3))';
        update accounts.invitation set expires_at = now() where id = '\(Self.id(4))';
        """)
      let verified = try await fixture.verify(deep: false)
      #expect(verified.found == [])
      let notes = try #require(verified.check("invitations")).notes.compactMap(\.row)
      #expect(notes.sorted() == [Self.id(3), Self.id(4)])
      try await fixture.onTarget(
        "update core.space_invitation set admin = true where email = 'guest3@example.org';")
      let changed = try await fixture.verify(deep: false)
      #expect(changed.found == ["invitations \(Self.team) \(Self.id(3))"])
    }
  }

  @Test("with --no-invitations there is none, pending or not")
  func none() async throws {
    try await VerifyFixture.withMigration(
      rows: 10, arguments: ["--no-invitations"], prepare: Self.invite
    ) { fixture in
      let good = try await fixture.verify(deep: false)
      #expect(good.found == [])
      try await add("guest1@example.org", isAdmin: false, fixture)
      try await fixture.onAccounts(
        "update accounts.invitation set accepted_at = now() where id = '\(Self.id(1))';")
      let verified = try await fixture.verify(deep: false)
      #expect(verified.found == ["invitations \(Self.team) \(Self.id(1))"])
    }
  }
}
