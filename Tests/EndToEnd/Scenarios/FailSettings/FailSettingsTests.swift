import Foundation
import LocalServers
import Testing

/// Connections that are missing, wrong, or given in a way that shows them to everyone.
@Suite struct FailSettingsTests {
  /// What is wrong, and a word that its message must have.
  private struct Mistake {
    var command = Scene.start
    var changes: [String: String?] = [:]
    let message: String
    var status: Int32 = 2
  }

  @Test func `wrong settings are refused before anything is begun`() async throws {
    try await Scene.with { scene in
      let target = scene.servers.target
      let wrong = target.url(database: scene.database, role: "postgres", password: Scene.canary)
      let argument = "postgresql://postgres:\(Scene.canary)@127.0.0.1:1/app"
      let (empty, open) = (scene.path("empty.secret"), scene.path("open.secret"))
      for (file, text) in [(empty, ""), (open, argument)] {
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
      }
      let mistakes = [
        Mistake(changes: ["DB_ACCOUNTS": nil], message: "DB_ACCOUNTS"),
        Mistake(changes: ["DB_SHARD": nil], message: "DB_SHARD"),
        Mistake(changes: ["DATABASE_URL": nil], message: "DATABASE_URL"),
        Mistake(changes: ["DB_SHARD": "postgresql://["], message: "shard"),
        Mistake(changes: ["DATABASE_URL": wrong], message: "28P01"),
        Mistake(changes: ["DB_ACCOUNTS": argument], message: "Connection refused", status: 75),
        Mistake(
          changes: ["DB_SHARD": "host=nosuchhost.invalid dbname=app"],
          message: "nosuchhost.invalid", status: 75),
        Mistake(
          changes: ["DATABASE_URL": "host=/nonexistent dbname=app"], message: "No such file",
          status: 75),
        Mistake(command: Scene.start + ["--target-file", empty], message: "is empty"),
        Mistake(command: Scene.start + ["--target-file", open], message: "chmod 600"),
        Mistake(
          command: Scene.start + ["--target", "host=a", "--target-file", empty],
          message: "are both given"),
        Mistake(
          command: Scene.start + ["--ledger", scene.path("nowhere/run.ledger")],
          message: "directory does not exist"),
        Mistake(command: ["strat"], message: "Did you mean `orchestrator start`?"),
        Mistake(command: Scene.start + ["--target", argument], message: "--target-file"),
        Mistake(command: Scene.start + ["--shard", argument], message: "--shard-file"),
        Mistake(command: Scene.start + ["--engines", " , "], message: "--engines"),
        Mistake(command: Scene.start + ["--chunk-size", "none"], message: "--chunk-size"),
        Mistake(command: Scene.start + ["--no-such-option"], message: "--no-such-option"),
        Mistake(command: ["start", "a\u{1B}[2J"], message: "a·[2J"),
        Mistake(
          command: ["status", "--ledger", scene.path("a\u{1B}[2J")], message: "a·[2J: There is no"),
      ]
      for mistake in mistakes {
        let ended = try await scene.run(mistake.command, mistake.changes, ends: mistake.status)
        #expect(ended.errors.contains(mistake.message), "\(mistake): \(ended)")
        #expect(!ended.errors.contains("\u{1B}"), "\(mistake)")
      }
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `a run of nothing is refused`() async throws {
    try await Scene.with { scene in
      let ended = try await scene.run(
        Scene.start + ["--engines", "nosuchengine,deltadelta04"], ends: 2)
      #expect(ended.errors.contains("nosuchengine: it was asked for, but there is no such engine"))
      #expect(ended.errors.contains("deltadelta04: its status is deleted"))
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
      try await scene.expectUntouchedTarget()
    }
  }

  @Test func `an engine asked for in vain is refused, unless it is there and may be skipped`()
    async throws
  {
    try await Scene.with { scene in
      let (charlie, delta) = (SmallSources.charlie, SmallSources.delta)
      let mistyped = Scene.start + ["--allow-skipped", "--engines", "\(charlie),nosuchengine"]
      let refused = try await scene.run(mistyped, ends: 2)
      #expect(refused.errors.contains("nosuchengine: it was asked for"))
      let deleted = Scene.start + ["--engines", "\(charlie),\(delta)"]
      #expect(try await scene.run(deleted, ends: 2).errors.contains("--allow-skipped"))
      #expect(!FileManager.default.fileExists(atPath: scene.ledgerPath))
      try await scene.expectUntouchedTarget()

      try await scene.run(deleted + ["--allow-skipped"], ends: 0)
      let status = try await scene.status()
      #expect(try status.engine(charlie).state == "done")
      let engine = try status.engine(delta)
      #expect(engine.state == "skipped" && engine.reason?.isEmpty == false, "\(engine)")
      #expect(
        try await scene.targetValue("select string_agg(slug, ' ') from core.space;")
          == charlie)
      #expect(try await scene.targetValue("select count(*) from auth.users;") == "3")
    }
  }
}
