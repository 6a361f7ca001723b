import Foundation
import LocalServers
import Mapping
import Planning
import RunRecord
import SourceFixtures
import SourceScenes
import Testing

@Suite struct PlanTests {
  @Test func `chunks, indexes and jobs are those of a run, and nothing is written`() async throws {
    try await SourceScene.with { scene in
      let databases = scene.databases
      try await OldModel.addMemories(
        on: databases.servers.shard, database: databases.name, slug: SourceScene.slug,
        shape: SourceShape(rows: 200, dimensions: SourceScene.dimensions),
        author: try #require(UUID(uuidString: SourceScene.ada)))
      let whole = try await scene.plan()
      #expect(whole.engines.map(\.rows) == [200])
      #expect(whole.chunks == 1)
      #expect(whole.engines[0].indexes.count { $0.method == "hnsw" } == 1)
      #expect(whole.jobs == 3 + 1 + 1 + whole.indexes + 1)
      #expect(whole.estimate.totalSeconds > 0)

      let cut = try await scene.plan(RunSettings(textSearch: "gin", chunkBytes: 20_000))
      #expect(cut.chunks > 5)
      #expect(cut.engines[0].chunks.reduce(0) { $0 + $1.rows } == 200)
      #expect(cut.engines[0].chunks.reduce(0) { $0 + $1.bytes } == cut.bytes)
      let left = try await databases.servers.target.rows(
        "select count(*) from pg_namespace where oid >= 16384;", database: databases.name)
      #expect(left == [["0"]])
    }
  }

  @Test func `what is left out is listed with its reason`() async throws {
    try await SourceScene.with(
      accounts: """
        insert into accounts.engine (org_id, slug, name, status) values
          ('\(SourceScene.org)', 'bbbbbbbbbbbb', 'Lost', 'active'),
          ('\(SourceScene.org)', 'cccccccccccc', 'Old', 'suspended');
        """
    ) { scene in
      let plan = try await scene.plan(
        RunSettings(engines: ["bbbbbbbbbbbb"], textSearch: "gin"), allowsSkipped: true)
      #expect(plan.engines.isEmpty)
      let reasons = plan.skipped.map { "\($0.slug) \($0.reason.rule)" }
      #expect(
        reasons == [
          "aaaaaaaaaaaa E3", "bbbbbbbbbbbb E2", "cccccccccccc E1",
        ])
      await #expect(throws: UnmetRequest.self) {
        try await scene.plan(
          RunSettings(engines: ["dddddddddddd"], textSearch: "gin"), allowsSkipped: true)
      }
    }
  }

  @Test func `engines of one shape are rehearsed once`() async throws {
    try await TestServers.withDatabases { databases in
      try await SmallEngines(
        servers: databases.servers, database: databases.name, engines: 3, rows: 5, dimensions: 4
      ).fill()
      let plan = try await SourceScene(databases: databases).plan()
      #expect(plan.engines.map(\.rows) == [5, 5, 5])
      #expect(plan.jobs == 3 + 3 * 3 + plan.indexes)
    }
  }
}
