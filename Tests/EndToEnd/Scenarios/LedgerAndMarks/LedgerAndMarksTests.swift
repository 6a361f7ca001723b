import Foundation
import JobModel
import Ledger
import Testing

/// The target is right and the ledger follows, in both directions.
@Suite struct LedgerAndMarksTests {
  @Test func `a job that is done without a mark is run again`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene, Scene.start, after: 6)
      let job = try #require(await scene.jobs(.done, .memories).first)
      let record = try await scene.withLedger { ledger in
        try #require(try await ledger.jobs().first { $0.job.name == job })
      }
      // As a failover that lost the commit would leave it.
      let (lo, hi) = (record.job.range.lo?.uuidString, record.job.range.hi?.uuidString)
      try await scene.changeTarget(
        """
        begin;
        delete from orchestrator.mark where job = '\(job)';
        delete from me_\(job.engine ?? "").memory
        where id > '\(lo ?? "00000000-0000-0000-0000-000000000000")'
          and id <= '\(hi ?? "ffffffff-ffff-ffff-ffff-ffffffffffff")';
        commit;
        """)
      try await scene.run(["resume"], ends: 0)
      let lost = try await scene.events(.lost)
      #expect(lost.map(\.job) == [job])
      #expect(try await scene.events(.started).filter { $0.job == job }.count == 2)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test func `a mark that the ledger does not know of becomes done without copying`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene, Scene.start, after: 5)
      let old = ["ORCHESTRATOR_LEDGER": try scene.copyLedger(to: "old.ledger")]
      let known = Set(await scene.jobs(.done))
      try await interrupt(scene, ["resume"], after: 15)
      let done = Set(await scene.jobs(.done))

      let versions = try await scene.rowVersions()
      try await scene.run(["resume"], old, ends: 0)
      let oldPath = scene.path("old.ledger")
      let found = Set(try await scene.events(.found, ledger: oldPath).compactMap(\.job))
      #expect(found == done.subtracting(known) && !found.isEmpty)
      // In the log's own words: nothing that was found was begun afterwards.
      let again = try await scene.withLedger(oldPath) { try await $0.jobsCopiedAgain() }
      #expect(again.isEmpty)
      try await scene.expectEqual()
      #expect(versions.count > 2)
    }
  }

  @Test func `resume is refused where the target lost the schema that proves it`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene, Scene.start, after: 5)
      try await scene.changeTarget("drop schema orchestrator cascade;")
      let versions = try await scene.rowVersions()
      let refused = try await scene.run(["resume"], ends: 3)
      #expect(refused.errors.contains("no schema orchestrator"))
      #expect(try await scene.rowVersions() == versions)
    }
  }

  private func interrupt(_ scene: Scene, _ command: [String], after count: Int) async throws {
    let process = try scene.launch(command + ["--rate-limit", "100kB/s"])
    try await scene.waitForDone(count, .memories, of: process)
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
  }
}
