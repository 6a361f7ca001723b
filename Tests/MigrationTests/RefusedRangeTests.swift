import Databases
import Foundation
import JobModel
import LocalServers
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SourceScenes
import Testing

@testable import Migration

/// M4, on servers: the target's memories take no content `bad`.
@Suite struct RefusedRangeTests {
  private static let slug = SourceScene.slug

  /// Nine good rows and a bad one, in one range, and the lane that copies it.
  private struct Range {
    let scene: SourceScene
    let scripts: ChunkScripts
    let lane: StreamLane
    let job = Job(name: .memories(engine: RefusedRangeTests.slug, number: 0), generation: 1)

    func search(quarantines: Bool) -> RefusedRows {
      RefusedRows(scripts: scripts, job: job, lane: lane, quarantines: quarantines)
    }

    func run(quarantines: Bool) async throws -> JobReceipt {
      try await MemoryChunkJob(scripts: scripts, quarantines: quarantines)
        .run(job, lane, progress: CopyProgress())
    }

    func target(_ sql: String) async throws -> String? {
      let databases = scene.databases
      return try await databases.servers.target.rows(sql, database: databases.name).first?.first
    }
  }

  private static let badID = "01900000-0000-7000-8000-000000000007"

  /// - Parameter spoil: what is done to the source after its ten good rows are there.
  private func withRange(
    spoil: String = "update memory set content = 'bad' where id = '\(badID)'",
    target: String = "", _ body: (Range) async throws -> Void
  ) async throws {
    let rows = """
      insert into memory (id, content)
      select ('01900000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'good'
      from generate_series(1, 10) i;
      """
    try await SourceScene.with(shard: rows + spoil) { scene in
      try await makeTarget(scene.databases, target)
      try await body(try await range(scene))
    }
  }

  private func makeTarget(_ databases: TestDatabases, _ more: String) async throws {
    try await databases.servers.target.run(
      """
      create extension ltree; create extension vector;
      create schema me_\(Self.slug); set search_path = me_\(Self.slug), public;
      create table memory (
        id uuid primary key, meta jsonb, tree ltree, temporal tstzrange,
        content text constraint is_good check (content <> 'bad'),
        embedding halfvec(\(SourceScene.dimensions)), embedding_version integer,
        created_at timestamptz, updated_at timestamptz);
      """ + more, database: databases.name)
  }

  /// Claims the target, as `start` does.
  private func range(_ scene: SourceScene) async throws -> Range {
    let databases = scene.databases
    let settings = DatabaseSettings(
      accounts: try ConnectionSettings(
        name: "accounts", connectionString: databases.accountsURL),
      shard: try ConnectionSettings(name: "shard", connectionString: databases.shardURL),
      target: try ConnectionSettings(name: "target", connectionString: databases.targetURL))
    let binding = RunBinding(
      id: UUID(), instance: InstanceID(rawValue: UUID()), place: .current)
    let sessions = DatabaseSessions(
      databases: settings, names: .run(binding.id, instance: binding.instance), owner: nil,
      stop: try StopSignal())
    let target = try await sessions.target("claim")
    let identities = DatabaseIdentities(
      accounts: try await sessions.accounts("accounts").identity,
      shard: try await sessions.shard("shard").identity, target: target.identity)
    let fence = try await TargetClaim(target: target, sessions: sessions, run: binding).claim(
      RunSettings(), packHash: "", toolVersion: "", databases: identities, plan: [])
    let engine = MeasuredEngine(
      engine: OldEngine(
        id: UUID(), orgID: UUID(), slug: Self.slug, name: "", status: "active",
        language: "english"),
      dimensions: SourceScene.dimensions, expectedRows: 10, expectedBytes: 0)
    let found = try await sessions.shard("columns").inReadOnlySnapshot {
      shard throws(PostgresError) in
      try await Databases.columns(of: engine.schema, "memory", on: shard)
    }
    let columns = try MemoryColumns(
      source: found,
      target: try await Databases.columns(of: engine.schema, "memory", on: target))
    return Range(
      scene: scene,
      scripts: ChunkScripts(
        fence: FenceStatement(run: binding, fence: fence), engine: engine, columns: columns),
      lane: StreamLane(
        "copy-1", sessions: sessions, gate: TargetGate(bound: identities), pacer: nil,
        synchronousCommit: true))
  }

  private func columns(
    of schema: String, _ table: String, on connection: PostgresConnection
  ) async throws -> [String: CatalogColumn] {
    try await Databases.columns(of: schema, table, on: connection)
  }

  @Test func `a bad row is set aside and the rest is copied, over the lane's two sessions`()
    async throws
  {
    try await withRange { range in
      let receipt = try await range.run(quarantines: true)
      #expect(receipt.rows == 9)
      #expect(receipt.rejected.map(\.id.text) == [Self.badID])
      #expect(receipt.rejected.map(\.constraint) == ["is_good"])
      #expect(receipt.rejected.allSatisfy { $0.json.contains(#""content": "bad""#) })
      #expect(try await range.target("select count(*) from me_aaaaaaaaaaaa.memory") == "9")
      #expect(
        try await range.target("select rows from orchestrator.mark where job like '%/memories/0'")
          == "9")
      #expect(
        try await range.target(
          "select value ->> 'constraint' from orchestrator.fact where kind = 'rejected'")
          == "is_good")
    }
  }

  @Test func `without --quarantine the engine fails, with the constraint and a few ids`()
    async throws
  {
    try await withRange(spoil: "update memory set content = 'bad'") { range in
      let failure = try await #require(throws: JobFailure.self) {
        try await range.run(quarantines: false)
      }
      #expect(failure.fate == .failEngine)
      #expect(failure.message.contains("at least 5 rows"))
      #expect(failure.message.contains("is_good: 01900000-0000-7000-8000-000000000001,"))
      #expect(failure.hint?.contains("resume --quarantine") == true)
      #expect(try await range.target("select count(*) from orchestrator.mark") == "0")
      // The lane is as good as new.
      try await range.scene.shard("update memory set content = 'good'")
      #expect(try await range.run(quarantines: false).rows == 10)
    }
  }

  @Test func `too many are not set aside`() async throws {
    try await withRange(spoil: "update memory set content = 'bad' where id > '\(Self.badID)'") {
      range in
      // Three of ten are few enough.
      let receipt = try await range.run(quarantines: true)
      #expect(receipt.rejected.count == 3)
    }
    try await withRange(spoil: "update memory set content = 'bad'") { range in
      let failure = try await #require(throws: JobFailure.self) {
        try await range.run(quarantines: true)
      }
      #expect(failure.message.contains("more than 5 of the 10 rows"))
      #expect(try await range.target("select count(*) from me_aaaaaaaaaaaa.memory") == "0")
      #expect(try await range.target("select count(*) from orchestrator.fact") == "0")
    }
  }

  // A row that is corrected between the search and the copy is set aside as it was found, and the mark is
  // of that moment: the next look at the source finds the row among its candidates.
  @Test func `a row that is corrected meanwhile leaves a mark that shows it`() async throws {
    try await withRange { range in
      let rejected = try await range.search(quarantines: true).find()
      try await range.scene.shard("update memory set content = 'good' where content = 'bad'")
      _ = try await range.lane.goOn(
        range.scripts.copyRest(of: range.job, rejected: rejected), progress: CopyProgress())
      #expect(rejected.map(\.id.text) == [Self.badID])
      #expect(rejected.allSatisfy { $0.json.contains(#""content": "bad""#) })

      let target = try await range.scene.open(
        "target", range.scene.databases.targetURL, .target)
      try await RunTables(target).add([range.job])
      let copy = try #require(try await RunTables(target).readCopies()[Self.slug])
      let look = try await SourceLook.take(
        [(range.scripts.engine, copy.watermark)],
        on: try await range.scene.open("shard", range.scene.databases.shardURL))
      #expect(copy.rows == 9 && copy.rejected == 1)
      #expect(look[Self.slug]?.rows == 10 && look[Self.slug]?.candidates == 1)
    }
  }

  @Test func `corrected before the search, everything is copied`() async throws {
    try await withRange { range in
      await #expect(throws: RowRefusal.self) {
        try await range.lane.copy(range.scripts.copy(range.job), progress: CopyProgress())
      }
      try await range.scene.shard("update memory set content = 'good'")
      let rejected = try await range.search(quarantines: false).find()
      #expect(rejected.isEmpty)
      let rest = range.scripts.copyRest(of: range.job, rejected: [])
      #expect(try await range.lane.goOn(rest, progress: CopyProgress()).rows == 10)
    }
  }

  @Test func `what the target's triggers do elsewhere fails the engine with its own words`()
    async throws
  {
    let trigger = """
      create table queue (id uuid constraint never check (id is null));
      create function enqueue() returns trigger language plpgsql as $$
      begin insert into me_\(Self.slug).queue values (new.id); return null; end $$;
      create trigger enqueue after insert on memory for each row execute function enqueue();
      """
    try await withRange(spoil: "", target: trigger) { range in
      let error = try await #require(throws: PostgresError.self) {
        try await range.run(quarantines: true)
      }
      #expect(error.constraint == "never")
      #expect(error.description.contains("\"queue\""))
      #expect(try await range.target("select count(*) from orchestrator.fact") == "0")
    }
  }

  @Test func `rows set aside are read in pages`() async throws {
    try await withRange { range in
      let target = try await range.scene.open(
        "target", range.scene.databases.targetURL, .target)
      // 120 small ones, then three that make a page each.
      try await target.script(
        """
        insert into orchestrator.fact (engine, kind, key, job, value)
        select case when i <= 60 then 'b1' else 'ba' end, 'rejected',
          '01900000-0000-7000-8000-' || lpad(i::text, 12, '0'), 'ba/memories/0',
          jsonb_build_object('constraint', 'c', 'row', jsonb_build_object('i', i,
            'content', case when i > 120 then
              (select string_agg(md5(n::text || i), '') from generate_series(1, 140000) n) end))
        from generate_series(1, 123) i
        """)
      var pages: [[RejectedRow]] = [try await RunTables(target).readRejected()]
      while let last = pages.last?.last {
        pages.append(try await RunTables(target).readRejected(after: last.key))
      }
      #expect(pages.map(\.count) == [100, 21, 1, 1, 0])
      let keys = pages.joined().map(\.key)
      #expect(Set(keys).count == 123)
      #expect(keys.map(\.engine) == keys.map(\.engine).sorted())
    }
  }
}
