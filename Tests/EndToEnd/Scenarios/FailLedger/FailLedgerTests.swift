import Foundation
import JobModel
import LocalServers
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

  @Test func `the loser of two starts leaves no ledger that nobody can resume`() async throws {
    try await Scene.with { scene in
      let winner = try await Barrier(
        scene.servers.target, database: scene.database, "create schema orchestrator")
      let loser = try scene.launch(Scene.start)
      try await eventually("the loser waits for the winner's claim") {
        try await scene.targetValue(
          """
          select count(*) from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.application_name like 'orc/%' and a.datname = current_database();
          """) != "0"
      }
      try await winner.release()
      let ended = try await loser.end()
      #expect(ended.status == 3 && ended.errors.contains("at the same moment"), "\(ended)")
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
      try await scene.changeTarget("drop schema orchestrator;")
      try await scene.run(Scene.start, ends: 0)
    }
  }

  @Test func `a full disk before the run has begun leaves nothing behind`() async throws {
    try await Scene.with { scene in
      // Files may grow to 16 kB, and what would exceed that is an error instead of a signal.
      let start = Process()
      start.executableURL = URL(filePath: "/bin/bash")
      start.arguments =
        ["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"", OrchestratorProcess.binary]
        + Scene.start
      start.environment = scene.environment
      let errors = Pipe()
      start.standardError = errors
      try start.run()
      start.waitUntilExit()
      let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      #expect(start.terminationStatus == 2 && text.contains("Nothing was begun"), "\(text)")
      try await scene.run(["status"], ends: 2)
      try await scene.expectUntouchedTarget()
      try await scene.run(Scene.start, ends: 0)
    }
  }
}
