import LocalServers
import Planning
import RunRecord
import SourceFixtures
import SourceScenes
import Testing

/// Each anomaly in a source that has nothing but it, and the one finding that names it.
struct Anomaly: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var rule: String
  var severity: SurveyFinding.Severity
  /// Of rows, and nil for findings about the control plane's engine list.
  var count = 1
  var accounts = ""
  var shard = ""
  /// Something that must stand in the message or the ids.
  var says: String
}

private let second = "01900000-0000-7000-8000-000000000002"
private let third = "01900000-0000-7000-8000-000000000003"
private let bob = "insert into accounts.identity (id, email, name) values "

private let anomalies: [Anomaly] = [
  Anomaly(
    testDescription: "an OAuth account without identity", rule: "I5", severity: .warning,
    accounts: """
      alter table accounts.oauth_account drop constraint oauth_account_identity_id_fkey;
      insert into accounts.oauth_account (id, identity_id, provider, provider_account_id)
        values ('\(third)', '\(second)', 'github', '1');
      """, says: third),
  Anomaly(
    testDescription: "a live session without identity", rule: "I5", severity: .warning,
    accounts: """
      alter table accounts.session drop constraint session_identity_id_fkey;
      insert into accounts.session (id, identity_id, token_hash, expires_at) values
        ('\(third)', '\(second)', 'a', 'infinity'), (uuidv7(), '\(second)', 'b', '2020-01-01');
      """, says: third),
  Anomaly(
    testDescription: "an email with a slash", rule: "I6", severity: .blocking,
    accounts: bob + "('\(second)', 'bob/x@example.org', 'Bob');", says: second),
  Anomaly(
    testDescription: "an identity whose id is not v7", rule: "I6", severity: .blocking,
    accounts: bob + "('00000000-0000-4000-8000-000000000002', 'bob@example.org', 'Bob');",
    says: "00000000-0000-4000-8000-000000000002"),
  Anomaly(
    testDescription: "two emails that differ by case", rule: "I6", severity: .blocking,
    accounts: """
      alter table accounts.identity drop constraint identity_email_key;
      \(bob) ('\(second)', 'ADA@example.org', 'Ada again');
      """, says: second),
  Anomaly(
    testDescription: "an active engine without schema", rule: "E2", severity: .warning,
    accounts: """
      insert into accounts.engine (org_id, slug, name) values
        ('\(SourceScene.org)', 'bbbbbbbbbbbb', 'Lost');
      """, says: "bbbbbbbbbbbb"),
  Anomaly(
    testDescription: "a schema without engine", rule: "E2", severity: .warning,
    shard: "create schema me_cccccccccccc;", says: "me_cccccccccccc"),
  Anomaly(
    testDescription: "an engine without owner", rule: "E4", severity: .blocking,
    accounts: "update accounts.org_member set role = 'member';", says: "owner or admin"),
  Anomaly(
    testDescription: "a user whose identity is gone", rule: "R5", severity: .warning,
    shard: """
      insert into "user" (id, name, identity_id) values ('\(second)', 'gone', '\(second)');
      insert into tree_owner (tree_path, user_id) values ('a', '\(second)');
      """, says: second),
  Anomaly(
    testDescription: "a user without rights whose identity is gone", rule: "R5", severity: .note,
    shard: """
      insert into "user" (id, name, identity_id) values ('\(third)', 'gone', '\(second)');
      """, says: second),
  Anomaly(
    testDescription: "an org with an admin in its owner's place", rule: "R4", severity: .note,
    accounts: "update accounts.org_member set role = 'admin';", says: SourceScene.org),
  Anomaly(
    testDescription: "names that do not fit", rule: "R6", severity: .warning, count: 2,
    shard: """
      insert into "user" (id, name, can_login) values
        ('\(second)', 'Größen & mehr', false), ('\(third)', '-x', true);
      """, says: second),
  Anomaly(
    testDescription: "roles in a cycle", rule: "R10", severity: .warning,
    shard: """
      insert into "user" (id, name, can_login) values
        ('\(second)', 'one', false), ('\(third)', 'two', false);
      insert into role_membership (role_id, member_id) values
        ('\(second)', '\(third)'), ('\(third)', '\(second)');
      """, says: "members of each other"),
  Anomaly(
    testDescription: "a role in a role", rule: "R10", severity: .note,
    shard: """
      insert into "user" (id, name, can_login) values
        ('\(second)', 'one', false), ('\(third)', 'two', false);
      insert into role_membership (role_id, member_id) values ('\(second)', '\(third)');
      """, says: "\(second)/\(third)"),
  Anomaly(
    testDescription: "a login as role", rule: "R10", severity: .warning,
    shard: """
      insert into "user" (id, name) values ('\(second)', 'agent-1'), ('\(third)', 'agent-2');
      insert into role_membership (role_id, member_id) values ('\(second)', '\(third)');
      """, says: "The role is a login"),
  Anomaly(
    testDescription: "rights of somebody who left the org", rule: "R11", severity: .warning,
    accounts: bob + "('\(second)', 'bob@example.org', 'Bob');",
    shard: """
      insert into "user" (id, name, identity_id) values ('\(second)', 'bob', '\(second)');
      insert into tree_owner (tree_path, user_id) values ('a', '\(second)');
      """, says: second),
  Anomaly(
    testDescription: "memory ids that are not v7", rule: "M4", severity: .warning, count: 2,
    shard: """
      alter table memory drop constraint memory_id_check;
      insert into memory (id, content) values
        ('00000000-0000-4000-8000-000000000002', ''), ('ffffffff-ffff-7fff-ffff-ffffffffffff', '');
      """, says: "ffffffff-ffff-7fff-ffff-ffffffffffff"),
  Anomaly(
    testDescription: "meta that is no object", rule: "M4", severity: .warning,
    shard: """
      alter table memory drop constraint memory_meta_check;
      insert into memory (id, meta, content) values ('\(second)', '[]', '');
      """, says: "meta"),
  Anomaly(
    testDescription: "temporal values outside the convention", rule: "M4", severity: .warning,
    count: 5,
    shard: """
      alter table memory drop constraint memory_temporal_check;
      insert into memory (temporal, content) values
        ('empty', ''), ('[2025-01-01,)', ''), ('(,2025-01-01)', ''), ('(,)', ''),
        ('(2025-01-01,2026-01-01)', ''), ('[2025-01-01,2026-01-01]', ''),
        ('[2025-01-01,2025-01-01]', ''), ('[2025-01-01,2026-01-01)', ''), (null, '');
      """, says: "temporal"),
  Anomaly(
    testDescription: "words that do not fit into a tsvector", rule: "index", severity: .warning,
    count: 2, shard: overlongMemories, says: second),
  Anomaly(
    testDescription: "memories without embedding", rule: "M2", severity: .note, count: 2,
    shard: """
      insert into memory (content, embedding) values ('', null), ('', null), ('', '[1,2,3,4]');
      """, says: "embedding"),
  Anomaly(
    testDescription: "embeddings without dimensions", rule: "M5", severity: .blocking,
    shard: "alter table memory alter embedding type halfvec;", says: "0 dimensions"),
  Anomaly(
    testDescription: "a column of another type", rule: "source", severity: .blocking,
    shard: "alter table memory alter embedding_version type bigint;",
    says: "memory.embedding_version is int8"),
  Anomaly(
    testDescription: "a column that is missing", rule: "source", severity: .blocking,
    shard: "alter table tree_grant drop column with_grant_option;",
    says: "tree_grant.with_grant_option"),
  Anomaly(
    testDescription: "an engine that has lost its memories' table", rule: "source",
    severity: .blocking, shard: "drop table memory cascade;", says: "there is no table memory"),
  Anomaly(
    testDescription: "a table that is missing in DB_ACCOUNTS", rule: "source", severity: .blocking,
    accounts: "alter table accounts.invitation drop column accepted_at;",
    says: "invitation.accepted_at"),
]

@Suite struct SurveyTests {
  @Test(arguments: anomalies)
  func `each anomaly is found and named`(_ anomaly: Anomaly) async throws {
    try await SourceScene.with(accounts: anomaly.accounts, shard: anomaly.shard) { scene in
      let found = try await scene.survey().findings.filter {
        // Rows made for other anomalies have no embedding.
        $0.rule == anomaly.rule || $0.rule != "M2"
      }
      let finding = try #require(found.first)
      #expect(finding.rule == anomaly.rule)
      #expect(finding.severity == anomaly.severity)
      #expect((finding.message + finding.ids.joined(separator: " ")).contains(anomaly.says))
      #expect(finding.rule == "source" || finding.count == anomaly.count)
      let isAlone = found.allSatisfy { $0.rule == anomaly.rule || $0.severity == .note }
      #expect(isAlone, "\(found)")
      let blocks = try await scene.survey().isBlocked
      #expect(blocks == (anomaly.severity == .blocking))
    }
  }

  @Test func `no email, no person's name and no label is said`() async throws {
    try await SourceScene.with(
      accounts: anomalies.filter { $0.rule == "I6" }.prefix(2).map(\.accounts).joined(
        separator: "\n"),
      shard: anomalies.first { $0.rule == "R6" }?.shard ?? ""
    ) { scene in
      let said = "\(try await scene.survey().findings)"
      #expect(said.contains("R6") && said.contains("I6"))
      for secret in ["@", "Bob", "Größen"] { #expect(!said.contains(secret)) }
    }
  }

  @Test func `production's shape has no anomaly and its own numbers`() async throws {
    let shape = SourceShape(rows: 300, dimensions: 8)
    try await TestServers.withDatabases(copiedFrom: .production(shape)) { databases in
      let report = try await SourceScene(databases: databases).survey()
      #expect(report.findings.filter { $0.severity != .note } == [])
      let people = try #require(report.controlPlane)
      #expect([people.identities, people.oauthAccounts, people.liveSessions] == [32, 32, 18])
      #expect([people.orgs, people.orgOwners, people.orgMembers] == [34, 34, 1])
      #expect(people.enginesByStatus == ["active": 34, "deleted": 1])
      #expect(people.pendingInvitations == 0)
      #expect(report.memories == 300 && report.engines.count == 34)
      #expect(report.engines.reduce(0) { $0 + $1.serviceUsers } == 6)
      #expect(report.engines.reduce(0) { $0 + $1.grants } == 10)
      #expect(report.areDistinctClusters)
      #expect(people.enginesPerOrg.map { [$0.engines, $0.orgs] } == [[1, 34]])
      #expect(report.bytes > 0 && report.enginesWithGaps.isEmpty)
      let rights = report.engines.flatMap(\.rights)
      #expect(rights.count { $0.grant != nil } == 10 && rights.count { $0.isWidened } > 0)
      #expect(rights.count { $0.holderKind == .service } == 8)
    }
  }

  @Test func `a policy that hides rows is found in every engine`() async throws {
    try await SourceScene.with { scene in
      try await scene.withFilteredReader { url in
        let findings = try await scene.survey(shardURL: url).findings
        #expect(findings.map(\.message) == ["a policy hides rows of memory from this role"])
        #expect(findings.map(\.engine) == [SourceScene.slug])
      }
    }
  }

  @Test func `one database given twice is found`() async throws {
    try await SourceScene.with { scene in
      let report = try await scene.survey(shardURL: scene.databases.accountsURL)
      #expect(!report.areDistinctDatabases && report.isBlocked)
    }
  }
}
