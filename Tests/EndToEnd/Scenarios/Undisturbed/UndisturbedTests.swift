import Foundation
import LocalServers
import SourceFixtures
import Testing

/// Nothing goes wrong: what every other scenario has to end up with.
@Suite struct UndisturbedTests {
  @Test func `a run ends complete, equal, with the roster that the rules say`() async throws {
    try await Scene.with { scene in
      let before = try await scene.sourceContents()
      let ended = try await scene.run(Scene.start, ends: 0)
      #expect(ended.output.contains("complete: every row is committed and counted"))
      #expect(ended.errors.isEmpty)
      try await scene.expectEqual()
      #expect(try await scene.sourceContents() == before)
      let roster = try await scene.roster().joined(separator: "\n")
      #expect(roster == SmallSources.roster)
      #expect(
        try await scene.targetSchemas().map { $0[0] } == [
          "auth", "core", "me_alphaalpha01", "me_bravobravo02", "me_charlie00003", "orchestrator",
          "public",
        ])
      try await expectComplete(try await scene.status())
      try await scene.expectNothingCopiedAgain()
    }
  }

  private func expectComplete(_ status: RunStatus) async throws {
    #expect(status.run.state == "complete")
    #expect(
      Dictionary(uniqueKeysWithValues: status.engines.map { ($0.slug, $0.state) }) == [
        SmallSources.alpha: "done", SmallSources.bravo: "done", SmallSources.charlie: "done",
        SmallSources.delta: "skipped",
      ])
    #expect(try status.engine(SmallSources.delta).reason?.hasPrefix("E1") == true)
    let rules = status.warnings.filter { $0.rule != "index" }.map {
      "\($0.engine ?? "") \($0.rule)"
    }
    #expect(rules.sorted() == ["charlie00003 R11", "charlie00003 R5"])
  }

  @Test func `sources of production's shape arrive whole`() async throws {
    let shape = SourceShape(rows: 400, dimensions: 16)
    try await Scene.with(sources: .production(shape)) { scene in
      let before = try await scene.sourceContents()
      try await scene.run(Scene.start, ends: 0)
      try await scene.expectEqual()
      #expect(try await scene.sourceContents() == before)
      let counts = try await scene.roster().reduce(into: [String: Int]()) { counts, line in
        counts[String(line.prefix { $0 != " " && $0 != ":" }), default: 0] += 1
      }
      // 5 agents, for one of six is on two rosters; one role; 34 owners, one member, six agents.
      #expect(counts["user"] == 32 && counts["space"] == 34 && counts["principal"] == 32 + 5 + 1)
      #expect(counts["member"] == 34 + 1 + 6 && counts["group"] == 1 && counts["invitation"] == nil)
    }
  }

  @Test func `every read of a source is in a read-only transaction of a role that only reads`()
    async throws
  {
    try await Scene.with { scene in
      try await SourceReader.with(scene, seesAll: true) { reader in
        let logs = [
          StatementLog(of: scene.servers.accounts), StatementLog(of: scene.servers.shard),
        ]
        let gin = ["--text-search", "gin"]
        for command in [["survey"], ["preflight"] + gin, ["plan"] + gin] {
          try await scene.run(command, reader.environment, ends: 0)
        }
        try await scene.run(Scene.start, reader.environment, ends: 0)
        try await scene.expectEqual()
        for command in [["resume"], ["verify", "--deep"]] {
          try await scene.run(command, reader.environment, ends: 0)
        }
        for log in logs {
          let strays = try log.outsideReadOnlyTransactions()
          #expect(strays.isEmpty, "\(strays.joined(separator: "\n"))")
        }
      }
    }
  }
}
