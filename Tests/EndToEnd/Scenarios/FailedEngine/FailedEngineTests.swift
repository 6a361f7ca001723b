import JobModel
import Testing

/// One engine fails; the others do not care.
@Suite struct FailedEngineTests {
  @Test func `the others finish, status says why, and resume ends it once it is repaired`()
    async throws
  {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(1, .memories, of: process)
      try await scene.changeShard(
        "alter table me_charlie00003.tree_grant rename actions to elsewhere;")
      try await scene.release()
      let ended = try await process.end()
      #expect(ended.status == 4, "\(ended)")
      #expect(ended.output.contains("✗ charlie00003: "))

      let status = try await scene.status()
      #expect(status.run.state == "failed")
      #expect(status.engines.filter { $0.state == "done" }.count == 2)
      let failed = try status.engine(SmallSources.charlie)
      #expect(failed.state == "failed")
      #expect(failed.reason?.contains("42703") == true)
      #expect(
        try await scene.targetValue("select string_agg(slug, ' ' order by slug) from core.space;")
          == "alphaalpha01 bravobravo02")
      let text = try await scene.run(["status"], ends: 0)
      #expect(text.output.contains("charlie00003") && text.output.contains("resume"))

      // Without being asked to, it is not tried again; and no other engine is touched.
      let versions = try await scene.rowVersions()
      try await scene.run(["resume", "--retry-failed=false"], ends: 4)
      try await scene.run(["resume", "--retry-failed", "false"], ends: 4)
      #expect(try await scene.rowVersions() == versions)

      try await scene.changeShard(
        "alter table me_charlie00003.tree_grant rename elsewhere to actions;")
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
    }
  }
}
