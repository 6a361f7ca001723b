import JobModel
import LocalServers
import Testing

/// The target's server crashes in the middle of a run whose chunks do not wait for its disk.
@Suite struct TargetCrashTests {
  @Test func `committed chunks that vanish are copied again, and the run ends by itself`()
    async throws
  {
    // A log writer that sleeps, so that a crash takes what was committed a moment before.
    try await TestServers.withCluster(settings: ["wal_writer_delay": "10s"]) { target in
      try await Scene.with(target: target) { scene in
        let process = try scene.launch(
          Scene.start + ["--rate-limit", "150kB/s", "--synchronous-commit", "off"])
        try await scene.waitForDone(8, .memories, of: process)
        try await target.stop(mode: .immediate)
        try await target.start()
        let ended = try await process.end()
        #expect(ended.status == 0, "\(ended)")
        #expect(ended.output.contains("read the target's marks again"))
        try await scene.expectEqual()
        try await scene.expectNothingCopiedAgain()
        #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
      }
    }
  }
}
