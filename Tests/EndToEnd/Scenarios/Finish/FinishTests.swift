import Foundation
import JobModel
import LocalServers
import Testing

/// The end of a run: its schema leaves the target, its ledger is sealed.
@Suite struct FinishTests {
  @Test func `a finished target holds nothing of ours, and can still be verified`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let versions = try await scene.rowVersions()
      let asked = try await scene.run(["finish"], ends: 2)
      #expect(asked.errors.contains("--yes"))
      try await scene.run(["finish", "--yes"], ends: 0)
      let schemas = try await scene.targetSchemas().map(\.first)
      #expect(!schemas.contains("orchestrator"))
      #expect(try await scene.rowVersions() == versions)
      #expect(try await scene.status().run.state == "finished")
      try await scene.run(["verify", "--deep"], ends: 0)

      for command in [["resume"], ["reset", "--all", "--yes"], ["finish", "--yes"]] {
        let refused = try await scene.run(command, ends: 3)
        #expect(refused.errors.contains("the run is finished"), "\(refused)")
      }
      let started = try await scene.run(Scene.start, ends: 3)
      #expect(started.errors.contains("finished and sealed"), "\(started)")
      #expect(!started.errors.contains("resume"))
      #expect(try await scene.rowVersions() == versions)
    }
  }

  @Test func `a run that is not complete, or does not verify, is not finished`() async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start + ["--rate-limit", "100kB/s"])
      try await scene.waitForDone(2, .memories, of: process)
      process.send(SIGTERM)
      _ = try await process.end()
      let early = try await scene.run(["finish", "--yes"], ends: 3)
      #expect(early.errors.contains("not complete"))
      try await scene.run(["resume"], ends: 0)

      let content = "update me_bravobravo02.memory set content = "
      let first = "where id = (select min(id::text)::uuid from me_bravobravo02.memory);"
      try await scene.changeTarget(content + "content || '.' " + first)
      let changed = try await scene.run(["finish", "--yes"], ends: 4)
      #expect(changed.errors.contains("--no-deep"))
      try await scene.changeTarget(
        "delete from me_bravobravo02.memory where id = (select max(id::text)::uuid from me_bravobravo02.memory);"
      )
      let differs = try await scene.run(["finish", "--no-deep", "--yes"], ends: 4)
      #expect(differs.errors.contains("does not verify"))
      #expect(try await scene.targetValue("select count(*) from orchestrator.run;") == "1")
      #expect(try await scene.status().run.state == "complete")
    }
  }

  @Test func `a ledger that is lost between the two steps of finish is made again and sealed`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeTarget("update orchestrator.run set is_finishing = true;")
      try FileManager.default.removeItem(atPath: scene.ledgerPath)
      let rebuilt = try await scene.run(["resume", "--rebuild-ledger"], ends: 3)
      #expect(rebuilt.errors.contains("orchestrator finish"), "\(rebuilt)")
      #expect(try await scene.status().run.state == "finishing")
      try await scene.run(["finish", "--yes"], ends: 0)
      #expect(try await scene.status().run.state == "finished")
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  @Test func `a target in which people work already is finished without its contents`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeTarget(
        "update me_bravobravo02.memory set content = 'mine' where id = (select min(id::text)::uuid from me_bravobravo02.memory);"
      )
      try await scene.run(["finish", "--no-deep", "--yes"], ends: 0)
      #expect(try await scene.status().run.state == "finished")
    }
  }

  @Test(arguments: ["set is_finishing = true", "drop schema orchestrator"])
  func `an interrupted finish is ended by the next one, and by nothing else`(
    moment: String
  ) async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let link = try FaultyLink(to: scene.servers.target)
      link.arm([.loseAnswer(to: moment)])
      let url = scene.servers.target.url(database: scene.database, through: link)
      try await scene.run(
        ["finish", "--yes", "--accept-moved"], ["DATABASE_URL": url], ends: 75)
      #expect(link.faultsLeft == 0)
      let status = try await scene.run(["status"], ends: 0)
      #expect(status.output.contains("orchestrator finish"))
      try await scene.run(["resume", "--accept-moved"], ends: 3)
      try await scene.run(["finish", "--accept-moved"], ends: 0)
      #expect(try await scene.status().run.state == "finished")
      let schemas = try await scene.targetSchemas().map(\.first)
      #expect(!schemas.contains("orchestrator"))
    }
  }
}
