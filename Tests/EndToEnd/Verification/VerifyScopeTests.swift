import Databases
import LocalServers
import OldModel
import RunRecord
import Testing
import Verification

@Suite("What verify accounts for")
struct VerifyScopeTests {
  @Test("a part of the engines: the others are listed, and are no failure")
  func subset() async throws {
    let slugs = ["7hkmwg04yqtl", "c8kvqbilpp6q"]
    try await VerifyFixture.withMigration(
      arguments: ["--engines", slugs.joined(separator: ",")]
    ) { fixture in
      let verified = try await fixture.verify()
      #expect(verified.found == [])
      #expect(verified.status == 0)
      #expect(verified.check("engines")?.looked == 2)
      #expect(verified.check("engines")?.notes.count == 33)
    }
  }

  @Test("an engine that failed, rows set aside, access that warnings say is lost")
  func explained() async throws {
    try await VerifyFixture.withMigration(
      arguments: ["--quarantine"], status: 4, prepare: Self.trouble
    ) { fixture in
      let verified = try await fixture.verify()
      #expect(verified.found == ["engines \(Self.ownerless)"])
      #expect(verified.status == 4)
      #expect(verified.check("memory_counts")?.notes.map(\.rule) == ["M4"])
      let rules = verified.check("access_parity")?.notes.compactMap(\.rule) ?? []
      #expect(rules.contains("R5"))
      #expect(rules.contains("R11"))
    }
  }

  @Test("an embedding lost beside a rejected row is found, one that the rejected row lacks is none")
  func rejectedWithoutEmbedding() async throws {
    try await VerifyFixture.withMigration(
      arguments: ["--quarantine"], status: 4, prepare: Self.trouble
    ) { fixture in
      let rejected = try await fixture.onTarget(
        "select key from orchestrator.fact where kind = 'rejected';")
      try await fixture.onShard(
        "update me_\(Self.team).memory set embedding = null where id = '\(rejected[0][0])';")
      let good = try await fixture.verify(deep: false)
      #expect(good.found == ["engines \(Self.ownerless)"])
      try await fixture.onTarget(
        """
        with lost as (
          update me_\(Self.team).memory set embedding = null
          where id = (select id from me_\(Self.team).memory where embedding is not null limit 1)
          returning id, content_version
        )
        insert into me_\(Self.team).embedding_queue (memory_id, content_version)
        select id, content_version from lost;
        """)
      let verified = try await fixture.verify(deep: false)
      #expect(verified.found == ["engines \(Self.ownerless)", "memory_counts \(Self.team)"])
    }
  }

  @Test("what became of engines, sessions and keys since the run is told of, and is no failure")
  func since() async throws {
    try await VerifyFixture.withMigration(rows: 10) { fixture in
      try await fixture.onAccounts(
        "update accounts.engine set status = 'suspended' where slug = '\(Self.team)';")
      let expiry = try await fixture.onAccounts("select now();")[0][0]
      let session = try await fixture.onAccounts(
        """
        update accounts.session set expires_at = '\(expiry)'
        where id = (select id from accounts.session where expires_at > now() limit 1)
        returning encode(token_hash, 'hex'), identity_id;
        """)[0]
      try await fixture.onTarget(
        "update auth.sessions set expires_at = '\(expiry)' where token_hash = '\\x\(session[0])';")
      let key = try await fixture.onTarget(
        """
        insert into core.api_key (member_id, lookup_id, secret, name)
        values ('\(session[1])', 'lookup', 'secret', 'mine') returning id;
        """)[0][0]
      let verified = try await fixture.verify(deep: false)
      #expect(verified.found == [])
      #expect(verified.check("engines")?.notes.map(\.rule).contains("E1") == true)
      #expect(verified.check("sessions")?.notes.map(\.row) == [session[1]])
      #expect(verified.check("agents")?.notes.map(\.row) == [key])
    }
  }

  @Test("where the target no longer says when the run began, the ledger does")
  func finished() async throws {
    try await VerifyFixture.withMigration(rows: 10) { fixture in
      try await fixture.onTarget("drop schema orchestrator cascade;")
      let expiry = try await fixture.onAccounts(
        """
        update accounts.session set expires_at = now()
        where id = (select id from accounts.session where expires_at > now() limit 1)
        returning expires_at, encode(token_hash, 'hex');
        """)[0]
      try await fixture.onTarget(
        """
        update auth.sessions set expires_at = '\(expiry[0])' where token_hash = '\\x\(expiry[1])';
        """)
      let verified = try await fixture.verify()
      #expect(verified.found == [])
      #expect(verified.check("sessions")?.notes.count == 1)
    }
  }

  @Test("a loss is none without its recorded warning")
  func unrecorded() async throws {
    try await VerifyFixture.withMigration(prepare: Self.strangers) { fixture in
      #expect(try await fixture.verify().found == [])
      try await fixture.onTarget("delete from orchestrator.fact where kind = 'warning';")
      let progress = try fixture.progress()
      let checks = try await fixture.verifyInProcess(progress).checks
      #expect(
        checks.all.flatMap(\.findings).compactMap(\.row) == [Self.outside, Self.gone])
    }
  }

  @Test("refuses another target than the run's")
  func otherTarget() async throws {
    try await VerifyFixture.withMigration(rows: 10) { fixture in
      let servers = fixture.databases.servers
      let (status, text) = try await fixture.run(
        ["verify"], environment: ["DATABASE_URL": servers.target.url(database: "postgres")])
      #expect(status == 3)
      #expect(text.contains("it is another database of the same server (its oid is "))
    }
  }

  private static let ownerless = "il11c1vzj4qt"
  private static let team = "7hkmwg04yqtl"
  private static let outside = "01900000-0000-7000-8000-0000000000b1"
  private static let gone = "01900000-0000-7000-8000-0000000000c1"

  /// An org without members (E4), a row outside the convention (M4), and strangers.
  private static func trouble(_ databases: TestDatabases) async throws {
    try await databases.servers.accounts.run(
      """
      delete from accounts.org_member
      where org_id = (select org_id from accounts.engine where slug = '\(ownerless)');
      """, database: databases.name)
    try await databases.servers.shard.run(
      """
      set row_security = off;
      alter table me_\(team).memory drop constraint memory_temporal_check;
      update me_\(team).memory set temporal = '(2020-01-01,2021-01-01]'
      where id = (select id from me_\(team).memory order by id limit 1);
      """, database: databases.name)
    try await strangers(databases)
  }

  /// R5: a user whose identity is gone. R11: one whose identity is in no org of the engine.
  private static func strangers(_ databases: TestDatabases) async throws {
    try await databases.servers.accounts.run(
      """
      insert into accounts.identity (id, email, name)
      values ('\(outside)', 'outside@example.org', 'Outside');
      """, database: databases.name)
    try await databases.servers.shard.run(
      """
      insert into me_\(team)."user" (id, name, identity_id) values
        ('01900000-0000-7000-8000-0000000000a1', 'gone', '\(gone)'),
        ('01900000-0000-7000-8000-0000000000a2', 'outside', '\(outside)');
      insert into me_\(team).tree_grant (user_id, tree_path, actions) values
        ('01900000-0000-7000-8000-0000000000a1', 'team.gone', '{read}'),
        ('01900000-0000-7000-8000-0000000000a2', 'team.outside', '{read,update}');
      """, database: databases.name)
  }
}
