import Foundation
import JobModel
import Testing

/// An orchestrator sleeps while another, with a copy of its ledger, takes the run over.
@Suite struct TakeoverTests {
  /// It wakes up among jobs that it could do (only the fence is between it and them), or when all is done.
  @Test(arguments: [false, true])
  func `one that slept through a takeover writes nothing and says why`(
    whenAllIsDone: Bool
  ) async throws {
    try await Scene.with { scene in
      let sleeper = try await scene.launchHeld(Scene.start + ["--rate-limit", "100kB/s"])
      try await scene.waitForDone(5, .memories, of: sleeper)
      sleeper.send(SIGSTOP)
      let copy = ["ORCHESTRATOR_LEDGER": try scene.copyLedger(to: "copy.ledger")]

      // Its heartbeat is fresh, for as long as this machine may need, and its process is there.
      try await scene.changeTarget(
        "update orchestrator.heartbeat set at = clock_timestamp() + interval '1 day';")
      for command in [["resume"], ["reset", "--engine", SmallSources.alpha, "--yes"]] {
        let refused = try await scene.run(command, copy, ends: 3)
        #expect(refused.errors.contains("process \(sleeper.pid) "))
      }
      try await scene.run(
        ["reset", "--engine", SmallSources.alpha, "--yes", "--take-over"], copy, ends: 0)
      try await scene.release()
      if whenAllIsDone { try await scene.run(["resume"], copy, ends: 0) }
      let before = (try await scene.rowVersions(), try await marks(scene))

      sleeper.send(SIGCONT)
      let ended = try await sleeper.end()
      #expect(ended.status == 3, "\(ended)")
      #expect(ended.errors.contains("another orchestrator has taken over the run"))
      #expect(try await (scene.rowVersions(), marks(scene)) == before)

      try await scene.run(["resume"], copy, ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.roster().joined(separator: "\n") == SmallSources.roster)
    }
  }

  private func marks(_ scene: Scene) async throws -> String {
    try await scene.targetValue(
      "select md5(string_agg(k::text, ',' order by k.job)) from orchestrator.mark k;")
  }
}
