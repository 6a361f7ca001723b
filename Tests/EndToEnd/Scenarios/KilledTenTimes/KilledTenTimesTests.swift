import Foundation
import Ledger
import JobModel
import Testing

/// SIGKILL at ten moments of one run, and a resume after each.
@Suite struct KilledTenTimesTests {
  @Test func `the end is an undisturbed run's`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let (undisturbed, total) = (try await scene.roster(), await scene.jobs(.done).count)
      try await scene.beginAnew()

      for moment in 0..<10 {
        let command = moment == 0 ? Scene.start : ["resume"]
        let before = await scene.jobs(.done).count
        let process = try scene.launch(command + ["--rate-limit", "200kB/s"])
        // From the first job on to four fifths of all: what is left takes longer than a look.
        try await scene.waitForDone(max(before + 1, 1 + moment * total * 4 / 50), of: process)
        process.send(SIGKILL)
        #expect(try await process.end().status == 128 + SIGKILL)
      }
      try await scene.run(["resume"], ends: 0)

      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      #expect(try await scene.roster() == undisturbed)
      #expect(try await scene.status().run.state == "complete")
      let epochs = try await scene.withLedger { try await $0.run().epoch }
      #expect(epochs == 11)
    }
  }

  @Test func `a kill before the target is claimed leaves a ledger that resumes`() async throws {
    try await Scene.with { scene in
      let process = try scene.launch(Scene.start)
      try await eventually("the ledger has a plan") {
        await !scene.jobs(.pending).isEmpty || !process.isRunning
      }
      process.send(SIGKILL)
      _ = try await process.end()
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }
}
