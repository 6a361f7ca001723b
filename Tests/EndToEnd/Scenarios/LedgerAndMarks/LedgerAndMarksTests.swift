import Foundation
import JobModel
import Ledger
import LocalServers
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
      #expect(try await scene.rowVersions().count == versions.count)
    }
  }

  @Test func `a lost ledger is made again from the target, and the run goes on`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene, Scene.start, after: 6)
      let done = Set(await scene.jobs(.done))
      // One engine is published or half copied, and gone from the source meanwhile.
      try await scene.changeAccounts(
        "update accounts.engine set status = 'deleted' where slug = 'bravobravo02';")
      for name in ["run.ledger", "run.ledger-wal", "run.ledger-shm"] {
        try? FileManager.default.removeItem(atPath: scene.path(name))
      }
      let shard = scene.servers.shard.url(database: "postgres")
      let refused = try await scene.run(
        ["resume", "--rebuild-ledger"], ["DB_SHARD": shard], ends: 3)
      #expect(refused.errors.contains("shard"))

      let ended = try await scene.run(["resume", "--rebuild-ledger"], ends: 0)
      #expect(!ended.output.contains("a new engine"))
      let found = Set(try await scene.events(.found).compactMap(\.job))
      #expect(done.isSubset(of: found))
      #expect(try await scene.status().run.state == "complete")
      try await scene.expectNothingCopiedAgain()
      #expect(
        try await scene.targetValue("select count(*) from me_alphaalpha01.memory;") == "240")
    }
  }

  @Test(arguments: [false, true])
  func `a lost ledger of a finished run knows of an engine that is published and gone`(
    isPublished: Bool
  ) async throws {
    try await Scene.with { scene in
      if isPublished {
        try await scene.run(Scene.start, ends: 0)
      } else {
        try await interrupt(scene, Scene.start, after: 3)
      }
      try FileManager.default.removeItem(atPath: scene.ledgerPath)
      try await scene.changeAccounts(
        "update accounts.engine set status = 'deleted' where slug = 'alphaalpha01';")
      try await scene.run(["resume", "--rebuild-ledger"], ends: 0)
      let status = try await scene.status()
      #expect(status.run.state == "complete")
      #expect(try status.engine(SmallSources.alpha).state == (isPublished ? "done" : "skipped"))
      let spaces = try await scene.targetValue(
        "select count(*) from core.space where slug = 'alphaalpha01';")
      #expect(spaces == (isPublished ? "1" : "0"))
      let schemas = try await scene.targetValue(
        "select count(*) from pg_namespace where nspname = 'me_alphaalpha01';")
      #expect(schemas == (isPublished ? "1" : "0"))
    }
  }

  @Test
  func `a schema that is dropped from the target is copied anew, but not behind people's backs`()
    async throws
  {
    try await Scene.with { scene in
      try await interrupt(scene, Scene.start, after: 6)
      let published = try await scene.targetValue(
        "select coalesce(string_agg(slug, ' '), '') from core.space;")
      try #require(!published.contains(SmallSources.alpha))
      try await scene.changeTarget("drop schema me_alphaalpha01 cascade;")
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()

      try await scene.changeTarget("drop schema me_bravobravo02 cascade;")
      try await scene.run(["resume"], ends: 4)
      let warnings = try await scene.status().warnings.filter { $0.rule == "target" }
      #expect(warnings.map(\.engine) == [SmallSources.bravo])
      try await scene.run(["reset", "--engine", SmallSources.bravo, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
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
    let process = try await scene.launchHeld(command + ["--rate-limit", "100kB/s"])
    try await scene.waitForDone(count, .memories, of: process)
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
  }
}
