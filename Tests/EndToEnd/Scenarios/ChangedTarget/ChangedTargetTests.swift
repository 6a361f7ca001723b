import Testing

/// Somebody changes the target's schemas by hand.
@Suite struct ChangedTargetTests {
  @Test func `a run with a published space whose schema is gone is not complete`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeTarget("drop schema me_alphaalpha01 cascade;")
      let resumed = try await scene.run(["resume"], ends: 4)
      #expect(!resumed.output.contains("every row is committed"), "\(resumed)")
      let status = try await scene.status()
      #expect(status.run.state == "failed")
      #expect(try status.engine(SmallSources.alpha).state == "failed")
      #expect(try status.engine(SmallSources.bravo).state == "done")
      try await scene.run(["finish", "--yes"], ends: 3)
      // The way out that is named.
      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `a schema of memories without a space does not verify`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeTarget("create schema me_straystray01;")
      let verified = try await scene.run(["verify"], ends: 4)
      #expect(verified.output.contains("me_straystray01"))
    }
  }
}
