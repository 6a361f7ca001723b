import Foundation
import JobModel
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

  /// Stopped with alpha's first range committed and nothing of alpha published.
  private func stopAfterFirstChunk(_ scene: Scene) async throws {
    let process = try scene.launch(Scene.start + ["--rate-limit", "100kB/s"])
    try await eventually("alpha's first range is committed") {
      await scene.jobs(.done, .memories).contains(
        .memories(engine: SmallSources.alpha, number: 0))
    }
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
    #expect(await scene.jobs(.done, .roster, engine: SmallSources.alpha).isEmpty)
  }
}
