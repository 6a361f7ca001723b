import Testing

/// One engine is taken back out of the target and migrated again.
@Suite struct ResetTests {
  @Test func `reset and resume end where the run had ended, and touch no other engine`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let (roster, versions) = (try await scene.roster(), try await scene.rowVersions())

      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      // Whatever is alpha's goes, and the agent that only alpha had; the one that bravo has, too, stays.
      let without = roster.filter {
        !$0.contains(SmallSources.alpha) && !$0.hasSuffix("/alpha-only")
      }
      #expect(try await scene.roster() == without)
      #expect(without.contains { $0.hasPrefix("principal") && $0.hasSuffix("/claude-code") })
      #expect(without.count < roster.count)
      #expect(try await scene.targetValue("select to_regnamespace('me_alphaalpha01');").isEmpty)
      #expect(others(try await scene.rowVersions()) == others(versions))

      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      #expect(try await scene.roster() == roster)
      #expect(others(try await scene.rowVersions()) == others(versions))
    }
  }

  @Test func `reset of everything leaves nobody behind`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let roster = try await scene.roster()
      try await scene.run(["reset", "--all", "--yes"], ends: 0)
      #expect(try await scene.roster().isEmpty)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.roster() == roster)
    }
  }

  /// The data of the other engines, and the people.
  private func others(_ versions: [String: String]) -> [String: String] {
    versions.filter {
      $0.key.hasPrefix("me_bravo") || $0.key.hasPrefix("me_charlie") || $0.key.hasPrefix("auth.")
    }
  }
}
