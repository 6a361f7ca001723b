import Foundation
import JobModel
import Ledger
import LocalServers
import Testing

/// SIGKILL at ten moments of one run, and a resume after each.
@Suite struct KilledTenTimesTests {
  @Test func `the end is an undisturbed run's`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let undisturbed = try await scene.roster()
      // What a held run can do: all but the rosters.
      let held = await scene.jobs(.done).count - SmallSources.engines.count
      try await scene.beginAnew()

      for moment in 0..<10 {
        let command = moment == 0 ? Scene.start : ["resume"]
        let before = await scene.jobs(.done).count
        let process = try await scene.launchHeld(command + ["--rate-limit", "200kB/s"])
        // From the first job on to nearly all; where nothing is left but what is held, at once.
        try await scene.waitForEpoch(moment + 1, of: process)
        try await scene.waitForDone(
          min(held, max(before + 1, 1 + moment * held / 10)), of: process)
        process.send(SIGKILL)
        #expect(try await process.end().status == 128 + SIGKILL)
      }
      try await scene.run(["resume", "--rate-limit", "1GB/s"], ends: 0)

      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      #expect(try await scene.roster() == undisturbed)
      #expect(try await scene.status().run.state == "complete")
      let epochs = try await scene.withLedger { try await $0.run().epoch }
      #expect(epochs == 11)
    }
  }

  @Test func `an end before the target is claimed leaves a ledger that resumes`() async throws {
    try await Scene.with { scene in
      let link = try FaultyLink(to: scene.servers.target)
      link.arm([.loseAnswer(to: "create schema orchestrator")])
      let url = scene.servers.target.url(database: scene.database, through: link)
      let ended = try await scene.run(Scene.start, ["DATABASE_URL": url], ends: 75)
      #expect(ended.errors.contains("resume"), "\(ended)")
      #expect(link.faultsLeft == 0)
      #expect(await !scene.jobs(.pending).isEmpty)
      try await scene.expectUntouchedTarget()

      // What has come up since the start is found, and all of it is named at once.
      try await scene.changeTarget("create schema auth;")
      try await scene.changeAccounts(
        """
        insert into accounts.identity (id, email, name)
        values ('019b0000-0000-7000-8000-000000000004', 'linus/torvalds@example.org', 'Linus');
        """)
      let refused = try await scene.run(["resume", "--accept-moved"], ends: 3)
      #expect(refused.errors.contains("preflight found 2 of"), "\(refused)")
      #expect(refused.errors.contains("✗ target is empty: "), "\(refused)")
      #expect(refused.errors.contains("--user-name"), "\(refused)")
      try await scene.changeTarget("drop schema auth;")
      try await scene.changeAccounts(
        "delete from accounts.identity where id = '019b0000-0000-7000-8000-000000000004';")

      // Its main file alone, without what SQLite keeps beside it, is a ledger too.
      try FileManager.default.copyItem(atPath: scene.ledgerPath, toPath: scene.path("copy.ledger"))
      let copy = ["ORCHESTRATOR_LEDGER": scene.path("copy.ledger")]
      try await scene.run(["resume", "--accept-moved"], copy, ends: 0)
      try await scene.expectEqual()
    }
  }
}
