import LocalServers
import SourceFixtures
import Testing

/// Engines are read a hundred at a time.
@Suite struct ManyEnginesTests {
  /// One more than two statements read.
  private static let engines = 201
  private static let rows = 3

  @Test func `many engines are surveyed, planned, migrated and verified, to the last`()
    async throws
  {
    try await Scene.with(sources: nil, changed: Self.fill) { scene in
      let memories = Self.engines * Self.rows
      let surveyed = try await scene.run(["survey"], ends: 0)
      #expect(surveyed.output.contains("  \(memories) memories, "))
      let planned = try await scene.run(["plan", "--text-search", "gin"], ends: 0)
      #expect(planned.output.contains("\(Self.engines) engines, 0 skipped: \(memories) rows"))
      try await scene.run(["start", "--text-search", "gin"], ends: 0)
      try await scene.expectEqual()
      let engines = try await scene.status().engines
      #expect(engines.count { $0.state == "done" } == Self.engines)
      try await scene.run(["verify"], ends: 0)
    }
  }

  private static func fill(_ servers: LocalServers, _ database: String) async throws {
    try await SmallEngines(
      servers: servers, database: database, engines: engines, rows: rows, dimensions: 4
    ).fill()
  }
}
