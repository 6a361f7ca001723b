import JobModel
import LocalServers
import Testing

/// P4: a space is either not there, or complete.
@Suite struct PublishedWholeTests {
  @Test func `no space is to be seen before its roster's mark`() async throws {
    try await Scene.with { scene in
      let process = try scene.launch(Scene.start + ["--rate-limit", "200kB/s"])
      try await scene.waitForDone(1, .space, of: process)
      var seen: Set<String> = []
      try await eventually("the run ends") {
        try #require(await scene.targetValue(SQL.targetPremature).isEmpty)
        seen.insert(
          try await scene.targetValue(
            "select count(*) from core.space where exists (select from orchestrator.run);"))
        return !process.isRunning
      }
      #expect(try await process.end().status == 0)
      // Or else nothing was looked at.
      #expect(seen.contains("0") && seen.contains("3") && seen.count > 2)
      try await scene.expectEqual()
    }
  }
}
