import Foundation
import JobModel
import Testing

/// Ledgers that are missing, taken, or another run's.
@Suite struct FailLedgerTests {
  @Test func `what needs a run is refused without a ledger`() async throws {
    try await Scene.with { scene in
      for command in [["resume"], ["status"], ["reset", "--all", "--yes"]] {
        let refused = try await scene.run(command, ends: 2)
        #expect(refused.errors.contains("run.ledger"), "\(refused)")
      }
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a second start is refused, and so is a file that is no ledger`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let versions = try await scene.rowVersions()
      let again = try await scene.run(Scene.start, ends: 3)
      #expect(again.errors.contains("already has a run") && again.errors.contains("resume"))
      let other = scene.path("other.ledger")
      try Data("not a ledger".utf8).write(to: URL(filePath: other))
      for command in [Scene.start, ["resume"], ["status"]] {
        try await scene.run(command, ["ORCHESTRATOR_LEDGER": other], ends: 3)
      }
      #expect(try await scene.rowVersions() == versions)
      #expect(try await scene.status().run.state == "complete")
    }
  }

  @Test func `a second orchestrator is refused while the first is at work, and names it`()
    async throws
  {
    try await Scene.with { scene in
      let first = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(1, .memories, of: first)
      let other = ["ORCHESTRATOR_LEDGER": scene.path("other.ledger")]
      for (command, changes) in [
        (["resume"], [:]), (["resume", "--take-over"], [:]), (Scene.start, [:]),
        (Scene.start, other),
      ] {
        let refused = try await scene.run(command, changes, ends: 3)
        #expect(refused.errors.contains("process \(first.pid) "), "\(refused)")
      }
      try await scene.release()
      #expect(try await first.end().status == 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test func `a ledger of another run may not write this target`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let first = try scene.copyLedger(to: "first.ledger")
      try await scene.beginAnew()
      try await scene.run(Scene.start, ends: 0)
      let versions = try await scene.rowVersions()
      for command in [["resume", "--take-over"], ["reset", "--all", "--yes", "--take-over"]] {
        try await scene.run(command, ["ORCHESTRATOR_LEDGER": first], ends: 3)
      }
      #expect(try await scene.rowVersions() == versions)
    }
  }
}
