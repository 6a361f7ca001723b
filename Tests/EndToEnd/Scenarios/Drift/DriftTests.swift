import Foundation
import JobModel
import LocalServers
import Testing

/// The source changes after it was copied and before it is published.
@Suite struct DriftTests {
  /// One change of a row that has been copied already.
  private enum Change: String, CaseIterable {
    case inserted, updated, deleted

    var caughtUp: String {
      switch self {
      case .inserted: "1 row: 1 new, 0 changed, 0 gone"
      case .updated: "1 row: 0 new, 1 changed, 0 gone"
      case .deleted: "1 row: 0 new, 0 changed, 1 gone"
      }
    }

    /// The row is among the first of alpha, whose ids go up with time.
    var sql: String {
      switch self {
      case .inserted:
        """
        insert into me_alphaalpha01.memory (id, content, tree)
        select overlay(min(id::text) placing 'f' from 36)::uuid, 'new', 'late'
        from me_alphaalpha01.memory;
        """
      case .updated:
        """
        update me_alphaalpha01.memory set content = content || ' more', updated_at = '2025-05-05'
        where id = (select min(id::text)::uuid from me_alphaalpha01.memory);
        """
      case .deleted:
        """
        delete from me_alphaalpha01.memory
        where id = (select min(id::text)::uuid from me_alphaalpha01.memory);
        """
      }
    }
  }

  @Test(arguments: Change.allCases)
  private func `what changed is caught up, with a warning that counts it`(
    change: Change
  ) async throws {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      try await scene.changeShard(change.sql)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      let warnings = try await scene.status().warnings.filter { $0.rule == "drift" }
      #expect(warnings.count == 1 && warnings.first?.engine == SmallSources.alpha)
      #expect(warnings.first?.example.contains(change.caughtUp) == true)
      try await scene.expectNothingCopiedAgain()
    }
  }

  /// No row is written by it, and every row reads otherwise: chunks of before and after it have no watermark
  /// in common.
  @Test func `a column that is replaced between two chunks is compared row by row`() async throws {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      try await scene.changeShard(
        """
        alter table me_alphaalpha01.memory drop column temporal;
        alter table me_alphaalpha01.memory
          add column temporal tstzrange default '["2020-01-01","2021-01-01")';
        """)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.status().warnings.contains { $0.rule == "drift" })
    }
  }

  /// Every row that is younger than it is a candidate, and none of them has changed.
  @Test func `a long transaction elsewhere on the server holds nobody up`() async throws {
    try await Scene.with { scene in
      let long = try await Barrier(
        scene.servers.shard, database: scene.database, "select pg_current_xact_id();")
      try await stopAfterFirstChunk(scene)
      try await scene.changeShard(Change.updated.sql)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await long.rollBack()
    }
  }

  @Test func `rows that only moved on disk are not copied again, and a reset still works`()
    async throws
  {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      try await scene.changeShard(
        "update me_alphaalpha01.memory set content = content where tree = '';")
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.status().warnings.allSatisfy { $0.rule != "drift" })
      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `a source that is never at rest ends its engine as drifted, with numbers`()
    async throws
  {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      let writer = try await openWriter(scene)
      let ended = try await scene.run(["resume"], ends: 4)
      #expect(
        ended.output.contains(
          "does not stand still after 3 catch-ups (1 transaction holds the table for writing)"))
      let status = try await scene.status()
      #expect(try status.engine(SmallSources.alpha).state == "drifted")
      #expect(status.engines.filter { $0.state == "done" }.count == 2)
      try await writer.release()
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `in a rehearsal it is published as of the last catch-up, with a warning`() async throws
  {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene, ["--rehearsal"])
      let writer = try await openWriter(scene)
      let ended = try await scene.run(["resume"], ends: 0)
      #expect(ended.output.contains("published as of the last catch-up"))
      #expect(try await scene.status().warnings.contains { $0.rule == "drift" })
      #expect(
        try await scene.targetValue("select count(*) from me_alphaalpha01.memory;") == "240")
      try await writer.rollBack()
    }
  }

  /// A transaction that has changed alpha's first row and does not end.
  private func openWriter(_ scene: Scene) async throws -> Barrier {
    try await Barrier(
      scene.servers.shard, database: scene.database,
      """
      update me_alphaalpha01.memory set content = content || ' more'
      where id = (select min(id::text)::uuid from me_alphaalpha01.memory);
      """)
  }

  /// Stopped with alpha's first range committed and nothing of alpha published.
  private func stopAfterFirstChunk(_ scene: Scene, _ options: [String] = []) async throws {
    let process = try await scene.launchHeld(Scene.start + ["--rate-limit", "100kB/s"] + options)
    try await eventually("alpha's first range is committed") {
      await scene.jobs(.done, .memories).contains(
        .memories(engine: SmallSources.alpha, number: 0))
    }
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
    try await scene.release()
    #expect(await scene.jobs(.done, .roster, engine: SmallSources.alpha).isEmpty)
  }
}
