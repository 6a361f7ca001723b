import Foundation
import LocalServers
import Testing

/// Settings that are right, each where it may be given.
@Suite struct SettingsTests {
  @Test func `DB_TARGET and MIGRATE_ENGINES do what their options do`() async throws {
    try await Scene.with { scene in
      let target = scene.servers.target.url(database: scene.database)
      // One that is set to nothing is not set.
      let changes: [String: String?] = [
        "DATABASE_URL": "", "DB_TARGET": target, "MIGRATE_ENGINES": SmallSources.charlie,
      ]
      try await scene.run(Scene.start, changes, ends: 0)
      #expect(
        try await scene.targetValue("select string_agg(slug, ' ') from core.space;")
          == SmallSources.charlie)
      let others = try await scene.status().engines.filter { $0.slug != SmallSources.charlie }
      #expect(others.allSatisfy { $0.state == "skipped" })
    }
  }

  @Test func `a run is begun with the settings of its rehearsal`() async throws {
    try await Scene.with { scene in
      try await scene.run(
        Scene.start + ["--rehearsal", "--engines", SmallSources.charlie], ends: 0)
      let rehearsal = try scene.copyLedger(to: "rehearsal.ledger")
      try await scene.beginAnew()
      try await scene.run(["start", "--like", rehearsal], ends: 0)
      let status = try await scene.run(["status"], ends: 0).output
      #expect(
        status.contains(
          "(text search gin, chunks of 16.0 kB, engines \(SmallSources.charlie))"), "\(status)")
      let none = ["start", "--like", scene.path("none"), "--ledger", scene.path("other")]
      try await scene.run(none, ends: 2)
    }
  }

  @Test func `--owner owns everything created`() async throws {
    try await Scene.with { scene in
      let role = "owner_of_\(scene.database)"
      try await scene.changeTarget("create role \(role) superuser nologin;")
      try await scene.run(
        Scene.start + ["--owner", role, "--engines", SmallSources.charlie], ends: 0)
      let others = """
        select count(*) from pg_class join pg_namespace n on n.oid = relnamespace
        where (nspname in ('auth', 'core', 'orchestrator') or nspname like 'me\\_%')
          and (relowner <> '\(role)'::regrole or nspowner <> '\(role)'::regrole);
        """
      #expect(try await scene.targetValue(others) == "0")
      let boot = try await scene.run(["provision", "--check"], ends: 0)
      #expect(boot.output.contains("owner: \(role)"), "\(boot)")
      #expect(boot.output.contains("schema pack: built-in (of the target's run), text search gin"))
      let other = try await scene.run(["provision", "--check", "--owner", "postgres"], ends: 4)
      #expect(other.output.contains("✗ auth: owned by \(role), not by postgres: boot refuses"))
      #expect(other.output.contains("the app's boot will be refused"))
      try await scene.changeTarget("drop owned by \(role) cascade; drop role \(role);")

      let nobody = try await scene.run(["preflight", "--owner", "nobody_of_all"], ends: 3)
      #expect(nobody.output.contains("✗ target lets us act as nobody_of_all"), "\(nobody)")
      let started = try await scene.run(
        ["start", "--owner", "nobody_of_all", "--ledger", scene.path("other.ledger")], ends: 3)
      #expect(started.errors.contains("The --owner role must exist"), "\(started)")
    }
  }

  @Test func `--log-format json is JSON from the first line to the last`() async throws {
    try await Scene.with { scene in
      let ended = try await scene.run(Scene.start + ["--log-format", "json"], ends: 0)
      let lines = ended.output.split(separator: "\n")
      let objects = lines.map {
        (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
      }
      for (line, object) in zip(lines, objects) { #expect(object != nil, "\(line)") }
      let summary = try #require(objects.last ?? nil)
      #expect(summary["kind"] as? String == "summary")
      #expect(summary["is_complete"] as? Bool == true)
      #expect(summary["rows_published"] as? Int == SmallSources.allRows)
    }
  }

  @Test func `a ledger that was named is named in every next step`() async throws {
    try await Scene.with { scene in
      let ledger = ["--ledger", scene.path("saturday.ledger")]
      let named = "--ledger " + scene.path("saturday.ledger")
      let started = try await scene.run(Scene.start + ledger, ["ORCHESTRATOR_LEDGER": ""], ends: 0)
      #expect(started.output.contains("orchestrator verify --deep \(named)"), "\(started)")
      let again = try await scene.run(Scene.start + ledger, ends: 3)
      #expect(again.errors.contains("orchestrator resume \(named)"), "\(again)")

      // Once there is a run, a server that cannot be reached is waited for; a wrong password is not.
      let gone = "postgresql://postgres@127.0.0.1:1/app"
      let out = try await scene.run(["resume"] + ledger, ["DATABASE_URL": gone], ends: 75)
      #expect(out.errors.contains("orchestrator resume \(named)"), "\(out)")
      let wrong = scene.servers.target.url(
        database: scene.database, role: "postgres", password: Scene.canary)
      try await scene.run(["resume"] + ledger, ["DATABASE_URL": wrong], ends: 2)
    }
  }
}
