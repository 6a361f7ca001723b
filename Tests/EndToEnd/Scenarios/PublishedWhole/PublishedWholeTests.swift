import JobModel
import LocalServers
import Testing

/// P4: a space is either not there, or complete. The test steps the run: it is held until the barrier is
/// there, and the barrier holds a roster in the middle of its transaction.
@Suite struct PublishedWholeTests {
  @Test func `no space is to be seen before its roster's mark`() async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(2, .provision, of: process)
      let nobodyPublishes = try await Barrier(
        scene.servers.target, database: scene.database, "lock table core.space in share mode")
      try await scene.release()
      try await eventually("a roster waits") { try await waiting(scene) >= 1 }
      try await expect(0, scene)

      try await nobodyPublishes.release()
      #expect(try await process.end().status == 0)
      try await expect(3, scene)
      try await scene.expectEqual()
    }
  }

  @Test func `a roster that waits keeps its own space hidden, and no other`() async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(2, .provision, of: process)
      let alpha = try await Barrier(
        scene.servers.target, database: scene.database,
        "insert into core.space (slug, name) values ('\(SmallSources.alpha)', 'not yet')")
      try await scene.release()
      try await eventually("the others are published, and alpha's roster waits") {
        let spaces = try await scene.targetValue("select count(*) from core.space;")
        let waiting = try await waiting(scene)
        return spaces == "2" && waiting == 1
      }
      try await expect(2, scene)
      try await alpha.rollBack()
      #expect(try await process.end().status == 0)
      try await expect(3, scene)
      try await scene.expectEqual()
    }
  }

  private func expect(
    _ spaces: Int, _ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(
      try await scene.targetValue(SQL.targetPremature).isEmpty, sourceLocation: sourceLocation)
    #expect(
      try await scene.targetValue("select count(*) from core.space;") == "\(spaces)",
      sourceLocation: sourceLocation)
  }

  /// Sessions of the run that wait for a lock.
  private func waiting(_ scene: Scene) async throws -> Int {
    let count = try await scene.targetValue(
      """
      select count(*) from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()
        and application_name like 'orc/%';
      """)
    return Int(count) ?? 0
  }
}
