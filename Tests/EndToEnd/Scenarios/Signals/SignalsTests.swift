import Foundation
import JobModel
import LocalServers
import Testing

/// An operator presses ^C, once or twice, or the terminal goes away.
@Suite struct SignalsTests {
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `a signal stops the run cleanly, and resume ends it`(signal: Int32) async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start + ["--rate-limit", "150kB/s"])
      try await scene.waitForDone(5, .memories, of: process)
      process.send(signal)
      let ended = try await process.end()
      #expect(ended.status == 75, "\(ended)")
      #expect(ended.errors.contains("orchestrator resume"))
      #expect(try await scene.status().run.state == "interrupted")
      #expect(await scene.jobs(.running).isEmpty)

      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test func `a signal ends the wait for a server that does not answer`() async throws {
    try await Scene.with { scene in
      let link = try FaultyLink(to: scene.servers.target)
      link.fallSilent(forGood: true)
      let url = scene.servers.target.url(database: scene.database, through: link)
      let process = try scene.launch(Scene.start, ["DATABASE_URL": url])
      try await eventually("the target is asked") { link.isBeingWaitedFor }
      process.send(SIGINT)
      let ended = try await process.end()
      #expect(ended.status == 75, "\(ended)")
      #expect(ended.errors.contains("stopped by a signal"))
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a second signal does not wait for the jobs in flight`() async throws {
    try await Scene.with { scene in
      // At this rate a job in flight takes minutes, and the grace of the first signal is 10 s.
      let process = try scene.launch(
        Scene.start + ["--rate-limit", "1kB/s", "--chunk-size", "128k"])
      try await eventually("a chunk is on its way") {
        await !scene.jobs(.running, .memories).isEmpty
      }
      process.send(SIGTERM)
      try await eventually("the first signal is heard") { process.output.contains("stopping:") }
      process.send(SIGTERM)
      let ended = try await process.end()
      #expect(ended.status == 75, "\(ended)")
      try await scene.run(["resume", "--rate-limit", "10MB/s"], ends: 0)
      try await scene.expectEqual()
    }
  }
}
