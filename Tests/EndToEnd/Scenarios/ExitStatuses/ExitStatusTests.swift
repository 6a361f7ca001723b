import Foundation
import LocalServers
import Testing

/// What a script around the orchestrator decides by: each situation with its exit status, through the real
/// program.
@Suite struct ExitStatusTests {
  private struct Situation {
    let name: String
    let arguments: [String]
    var changes: [String: String?] = [:]
    let status: Int32
  }

  private func expect(_ situations: [Situation], _ scene: Scene) async throws {
    for situation in situations {
      let ended = try await scene.run(situation.arguments, situation.changes)
      #expect(ended.status == situation.status, "\(situation.name): \(ended)")
      if situation.status != 0, situation.status != 4 {
        // A preflight's findings are its output.
        #expect(!(ended.errors + ended.output).isEmpty, "\(situation.name) says nothing")
      }
    }
  }

  private static let nowhere = "postgresql://postgres@127.0.0.1:1/nowhere"

  @Test func `before there is a run`() async throws {
    try await Scene.with { scene in
      let garbage = scene.path("garbage.ledger")
      try Data("no ledger".utf8).write(to: URL(filePath: garbage))
      let wrongPassword = scene.servers.shard.url(
        database: scene.database, role: "postgres", password: Scene.canary)
      var situations = [
        Situation(name: "an unknown flag", arguments: ["start", "--nonsense"], status: 2),
        Situation(name: "an unknown verb", arguments: ["begin"], status: 2),
        Situation(
          name: "no connection", arguments: Scene.start, changes: ["DB_SHARD": nil], status: 2),
        Situation(
          name: "a refused login", arguments: Scene.start, changes: ["DB_SHARD": wrongPassword],
          status: 2),
        Situation(
          name: "a ledger that is none, resumed", arguments: ["resume"],
          changes: ["ORCHESTRATOR_LEDGER": garbage], status: 3),
        Situation(
          name: "a ledger that is none, started", arguments: Scene.start,
          changes: ["ORCHESTRATOR_LEDGER": garbage], status: 3),
        Situation(
          name: "a pack that is not there", arguments: ["plan", "--schema-pack", "/nowhere"],
          status: 2),
        Situation(name: "help", arguments: ["--help"], status: 0),
        Situation(
          name: "a ledger in no directory", arguments: Scene.start,
          changes: ["ORCHESTRATOR_LEDGER": scene.path("nowhere/run.ledger")], status: 2),
        Situation(name: "a rule", arguments: ["explain", "R8"], status: 0),
        Situation(name: "a rule that is none", arguments: ["explain", "R99"], status: 2),
        Situation(
          name: "a preflight with a refused login",
          arguments: ["preflight", "--text-search", "gin"],
          changes: ["DB_SHARD": wrongPassword], status: 3),
      ]
      for command in ["resume", "status", "verify", "finish"] {
        situations.append(
          Situation(name: "\(command) without a ledger", arguments: [command], status: 2))
      }
      let gin = ["--text-search", "gin"]
      for command in [Scene.start, ["survey"], ["plan"] + gin, ["preflight"] + gin] {
        situations.append(
          Situation(
            name: "\(command[0]) with a server that is away", arguments: command,
            changes: ["DB_SHARD": Self.nowhere], status: 75))
      }
      try await expect(situations, scene)
      try await scene.expectUntouchedTarget()
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))

      try await scene.changeTarget("create table public.mine (id int);")
      try await expect(
        [Situation(name: "a target in use", arguments: Scene.start, status: 3)], scene)
    }
  }

  @Test func `with a run`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let other = scene.servers.shard.url(database: scene.database)
      try await expect(
        [
          Situation(name: "a second start", arguments: Scene.start, status: 3),
          Situation(
            name: "a resume whose server is away", arguments: ["resume"],
            changes: ["DB_SHARD": Self.nowhere], status: 75),
          Situation(
            name: "a resume with another target", arguments: ["resume"],
            changes: ["DATABASE_URL": other], status: 3),
          Situation(
            name: "a reset of no engine",
            arguments: ["reset", "--engine", "nosuchengine", "--yes"],
            status: 2),
          Situation(
            name: "a reset without a yes", arguments: ["reset", "--engine", SmallSources.alpha],
            status: 2),
          Situation(name: "a finish without a yes", arguments: ["finish"], status: 2),
          Situation(
            name: "a proof whose server is away", arguments: ["verify"],
            changes: ["DB_SHARD": Self.nowhere], status: 75),
          Situation(name: "a proof that holds", arguments: ["verify"], status: 0),
          Situation(name: "a resume with nothing to do", arguments: ["resume"], status: 0),
        ], scene)
      try await scene.changeTarget("delete from me_bravobravo02.memory;")
      try await expect(
        [
          Situation(name: "a proof that fails", arguments: ["verify"], status: 4),
          Situation(
            name: "a finish that does not verify", arguments: ["finish", "--yes"], status: 4),
          Situation(
            name: "a reset of a space in use",
            arguments: ["reset", "--engine", SmallSources.bravo, "--yes"], status: 3),
        ], scene)
    }
  }
}
