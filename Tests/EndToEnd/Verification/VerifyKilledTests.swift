import Foundation
import LocalServers
import PostgresLink
import Testing

@Suite("A deep verification that is killed")
struct VerifyKilledTests {
  @Test("leaves what it has proven to the next one, which is refused as long as it lives")
  func killed() async throws {
    try await VerifyFixture.withMigration { fixture in
      let held = try await Self.hold(fixture)
      let first = fixture.process(["verify", "--deep", "--streams", "1"])
      first.standardOutput = FileHandle.nullDevice
      first.standardError = FileHandle.nullDevice
      try first.run()
      try await Self.untilBlocked(held.connection, by: first)
      let second = try await fixture.run(["verify", "--deep"])
      #expect(second.status == 3)
      #expect(second.text.contains("another verify --deep is at work"))
      kill(first.processIdentifier, SIGKILL)
      first.waitUntilExit()
      let proven = try String(contentsOfFile: fixture.ledger + "-verify", encoding: .utf8)
      #expect(proven.split(separator: "\n").count == 20)

      await held.connection.close()
      try await fixture.onTarget(
        """
        update me_\(held.engine).memory set meta = meta || '{"changed": 1}'
        where id = '\(held.memory)';
        """)
      let rest = try await fixture.verify()
      #expect(rest.found == ["memory_checksums \(held.engine) \(held.memory) meta"])
      #expect(!FileManager.default.fileExists(atPath: fixture.ledger + "-verify"))
      let afresh = try await fixture.verify()
      #expect(afresh.found == rest.found)
      #expect(rest.check("memory_checksums")?.looked == 300)
      #expect(afresh.check("memory_checksums")?.looked == 300)
      #expect(rest.report.comparedBytes < afresh.report.comparedBytes)
    }
  }

  private struct Held {
    let connection: PostgresConnection
    let engine: String
    let memory: String
  }

  /// Makes whoever reads a content of the last engine to be compared wait for a lock, which is held
  /// until the connection is closed. Nothing but a deep verification reads contents.
  private static func hold(_ fixture: VerifyFixture) async throws -> Held {
    let last = try await fixture.onTarget(
      """
      select engine from orchestrator.plan where job like '%/memories/%' and expected_rows > 0
      order by expected_bytes, job limit 1;
      """)[0][0]
    try await fixture.onShard(
      """
      create function me_\(last).held(content text) returns text stable language plpgsql as $$
        begin perform pg_advisory_xact_lock_shared(1); return content; end
      $$;
      alter table me_\(last).memory rename to all_memory;
      create view me_\(last).memory as
      select m.ctid, m.xmin, m.id, m.meta, m.tree, m.temporal, me_\(last).held(m.content) as content,
        m.embedding, m.embedding_version, m.created_at, m.updated_at
      from me_\(last).all_memory m;
      """)
    let memory = try await fixture.onTarget("select id from me_\(last).memory limit 1;")[0][0]
    let connection = try await PostgresConnection.open(
      try ConnectionSettings(name: "shard", connectionString: fixture.databases.shardURL),
      side: .target, applicationName: "tests", stop: try StopSignal())
    try await connection.query("select pg_advisory_lock(1)")
    return Held(connection: connection, engine: last, memory: memory)
  }

  /// Returns once a session waits for the lock.
  private static func untilBlocked(
    _ connection: PostgresConnection, by process: Process
  ) async throws {
    try await eventually("the verification waits for the lock") {
      try #require(process.isRunning)
      let waiting = try await connection.query(
        """
        select from pg_catalog.pg_locks l
        where l.locktype = 'advisory' and not l.granted and l.database = (
          select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        """)
      return !waiting.isEmpty
    }
  }
}
