import Foundation
import JobModel
import LocalServers
import Testing

/// The source changes after it was copied and before it is published.
@Suite struct DriftTests {
  /// One change of a row that has been copied already.
  private enum Change: String, CaseIterable {
    case inserted, updated, deleted

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
  private func `what changed is copied again, with a warning that names the range`(
    change: Change
  ) async throws {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      try await scene.changeShard(change.sql)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      let warnings = try await scene.status().warnings.filter { $0.rule == "drift" }
      #expect(warnings.count == 1 && warnings.first?.engine == SmallSources.alpha)
      #expect(warnings.first?.example.contains("alphaalpha01/memories/0 ") == true)
      try await scene.expectNothingCopiedAgain()
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

  @Test func `a source that never stands still ends its engine as drifted, with numbers`()
    async throws
  {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene)
      try await setMoving(scene)
      let ended = try await scene.run(["resume"], ends: 4)
      #expect(ended.output.contains("does not stand still after two repairs: 1 ranges differ"))
      let status = try await scene.status()
      #expect(try status.engine(SmallSources.alpha).state == "drifted")
      #expect(status.engines.filter { $0.state == "done" }.count == 2)
      try await setAtRest(scene)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `in a rehearsal it is published as of the last repair, with a warning`() async throws {
    try await Scene.with { scene in
      try await stopAfterFirstChunk(scene, ["--rehearsal"])
      try await setMoving(scene)
      let ended = try await scene.run(["resume"], ends: 0)
      #expect(ended.output.contains("published as of the last repair"))
      #expect(try await scene.status().warnings.contains { $0.rule == "drift" })
      #expect(
        try await scene.targetValue("select count(*) from me_alphaalpha01.memory;") == "240")
    }
  }

  /// From now on, whoever looks at alpha's first row finds another version of it, with another time. A
  /// session that updates it in a loop does the same only as long as it keeps pace with the repairs.
  private func setMoving(_ scene: Scene) async throws {
    try await scene.changeShard(
      """
      alter table me_alphaalpha01.memory rename to memory_at_rest;
      create view me_alphaalpha01.memory as
      select ctid, id, meta, tree, temporal, content, embedding, embedding_version,
        embedding_attempts, embedding_last_error, created_at, created_by,
        case when moves then now.at else updated_at end as updated_at,
        case when moves then now.version else xmin end as xmin
      from (select ctid, xmin, *, id = first_value(id) over (order by id) as moves
        from me_alphaalpha01.memory_at_rest) m,
      lateral (select clock_timestamp() as at,
        (extract(microseconds from clock_timestamp())::bigint + m.embedding_version)::text::xid
          as version) now;
      """)
  }

  private func setAtRest(_ scene: Scene) async throws {
    try await scene.changeShard(
      """
      drop view me_alphaalpha01.memory;
      alter table me_alphaalpha01.memory_at_rest rename to memory;
      """)
  }

  /// Stopped with alpha's first range committed and nothing of alpha published.
  private func stopAfterFirstChunk(_ scene: Scene, _ options: [String] = []) async throws {
    let process = try scene.launch(Scene.start + ["--rate-limit", "100kB/s"] + options)
    try await eventually("alpha's first range is committed") {
      await scene.jobs(.done, .memories).contains(
        .memories(engine: SmallSources.alpha, number: 0))
    }
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
    #expect(await scene.jobs(.done, .roster, engine: SmallSources.alpha).isEmpty)
  }
}
