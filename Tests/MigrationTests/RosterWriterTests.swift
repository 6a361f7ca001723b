import Foundation
import LocalServers
import Mapping
import PostgresLink
import SchemaPack
import SourceScenes
import Testing

@testable import Migration

@Suite struct RosterWriterTests {
  private var owner: UUID { get throws { try #require(UUID(uuidString: SourceScene.ada)) } }

  // Without the lock, the second transaction sees no agent either, and runs into the first one's.
  @Test("R4: two engines of one owner that publish at the same moment share the agent")
  func sameAgentAtTheSameMoment() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let first = try await open(databases)
      let second = try await open(databases)
      try await provision(first)
      try await first.script("begin")
      let one = try await RosterWriter(plan: try plan("aaaaaaaaaaaa"), target: first).write()
      try await second.script("begin")
      async let other = RosterWriter(plan: try plan("bbbbbbbbbbbb"), target: second).write()
      // Whatever comes of it, the first goes on: the second could not be ended otherwise.
      let lock = try? await waitedFor(by: second, seenBy: try await open(databases))
      #expect(lock == "advisory")
      try await first.script("commit")
      let two = try await other
      try await second.script("commit")

      #expect(one.createdAgents.count == 1)
      #expect(two.createdAgents.isEmpty)
      let rosters = try await databases.servers.target.rows(
        """
        select p.id, string_agg(s.slug, ' ' order by s.slug)
        from core.principal p join core.principal_space r on r.principal_id = p.id
        join core.space s on s.id = r.space_id
        where p.kind = 'a' group by p.id;
        """, database: databases.name)
      let agent = one.createdAgents.map { $0.uuidString.lowercased() }
      #expect(rosters == [agent + ["aaaaaaaaaaaa bbbbbbbbbbbb"]])
    }
  }

  private func open(_ databases: TestDatabases) async throws -> PostgresConnection {
    try await PostgresConnection.open(
      try ConnectionSettings(name: "target", connectionString: databases.targetURL), side: .target,
      applicationName: "tests", stop: try StopSignal())
  }

  private func provision(_ target: PostgresConnection) async throws {
    try await target.script("begin")
    try await PackRunner(try .builtIn(textSearch: .gin)).run(
      part: .core, schema: "core", on: target)
    try await target.query(
      "select core.create_user($1::uuid, 'owner@example.org')", [.uuid(try owner)])
    try await target.script("commit")
  }

  /// An engine of the owner's org, with a service user that every engine has.
  private func plan(_ slug: String) throws -> RosterRows {
    let org = UUID()
    return try RosterRows(
      RosterSource(
        engine: OldEngine(
          id: UUID(), orgID: org, slug: slug, name: slug, status: "active", language: "english"),
        members: [OldOrgMember(orgID: org, identityID: try owner, role: .owner, joinRank: 1)],
        identities: [try owner],
        access: OldAccess(users: [
          OldUser(
            id: UUID(), name: FoldedText("claude-code", key: "claude-code"), identityID: nil,
            canLogin: true, isSuperuser: false)
        ])))
  }

  /// Returns once the session waits for another: what kind of lock it waits for.
  private func waitedFor(
    by waiting: PostgresConnection, seenBy other: PostgresConnection
  ) async throws -> String? {
    let sql = """
      select locktype from pg_locks where pid = \(waiting.backend.pid) and not granted
      """
    var lock: String?
    try await eventually("the second waits for the first") {
      lock = try await other.query(sql).first?["locktype"]
      return lock != nil
    }
    return lock
  }
}
