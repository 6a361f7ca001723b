import Foundation
import JobModel
import Ledger
import LocalServers
import Testing

/// M4: rows in the source that the target's constraints refuse.
@Suite struct RefusedRowsTests {
  /// The ids of the bad rows, as `spoil` writes them.
  private static let bad = [
    "019b0000-0000-7000-8000-0000000000e1", "019b0000-0000-7000-8000-0000000000e2",
    "119b0000-0000-4000-8000-0000000000e3",
  ]

  @Test func `the engine fails with ids and constraints, the others finish`() async throws {
    try await Scene.with { scene in
      try await spoil(scene)
      let ended = try await scene.run(Scene.start, ends: 4)
      let status = try await scene.status()
      let reason = try #require(try status.engine(SmallSources.bravo).reason)
      #expect(reason.contains("M4"))
      #expect(Self.bad.contains { reason.contains($0) }, "\(reason)")
      #expect(ended.output.contains("--quarantine"))
      #expect(status.engines.filter { $0.state == "done" }.count == 2)
      #expect(
        try await scene.targetValue("select count(*) from core.space where slug = 'bravobravo02';")
          == "0")
      // No value of a row in what is printed.
      #expect(!ended.output.contains("secret content"))

      // Corrected at the source, it goes on.
      try await scene.changeShard(
        "delete from me_bravobravo02.memory where content = 'secret content';")
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `with --quarantine they are set aside, whole, and the rest is copied`() async throws {
    try await Scene.with { scene in
      try await spoil(scene)
      try await scene.run(Scene.start + ["--quarantine"], ends: 0)
      let rows = try await scene.withLedger { try await $0.rejectedRows() }
      #expect(rows.map { $0.id.uuidString.lowercased() }.sorted() == Self.bad)
      #expect(Set(rows.map(\.constraint)).count == 3)
      #expect(
        rows.allSatisfy { $0.engine == SmallSources.bravo && $0.json.contains("secret content") })

      let export = scene.ledgerPath + "-rejected.ndjson"
      let attributes = try FileManager.default.attributesOfItem(atPath: export)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      let lines = try String(contentsOfFile: export, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3 && lines.allSatisfy { $0.contains("secret content") })

      // Not of an engine that has been taken back.
      try await scene.run(["reset", "--engine", SmallSources.bravo, "--yes"], ends: 0)
      #expect(!FileManager.default.fileExists(atPath: export))
      try await scene.run(["resume"], ends: 0)
      #expect(FileManager.default.fileExists(atPath: export))

      // Everything else is there: without these rows both sides are equal.
      try await scene.changeShard(
        "delete from me_bravobravo02.memory where content = 'secret content';")
      try await scene.expectEqual()
    }
  }

  @Test func `what --quarantine sets aside may be allowed at a resume, and stays allowed`()
    async throws
  {
    try await Scene.with { scene in
      try await spoil(scene)
      try await scene.run(Scene.start, ends: 4)
      try await scene.run(["resume"], ends: 4)
      try await scene.run(["resume", "--quarantine"], ends: 0)
      #expect(
        try await scene.withLedger { try await $0.rejectedIDs() }[SmallSources.bravo]?.count == 3)
      try await expectQuarantine(scene)
      try await scene.run(["verify", "--deep"], ends: 0)

      // A ledger that is made again has it from the target, and one whose target lost it gives it back.
      try await scene.run(["resume", "--rebuild-ledger"], ends: 0)
      try await expectQuarantine(scene)
      try await scene.changeTarget(
        #"update orchestrator.run set settings = settings || '{"quarantines": false}';"#)
      try await scene.run(["reset", "--engine", SmallSources.bravo, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await expectQuarantine(scene)
    }
  }

  /// Ledger and target say that rows may be set aside.
  private func expectQuarantine(_ scene: Scene) async throws {
    let settings = try await scene.withLedger { try await $0.run().identity.resultSettings }
    #expect(settings.contains(#""quarantines":true"#))
    #expect(
      try await scene.targetValue("select settings ->> 'quarantines' from orchestrator.run;")
        == "true")
  }

  @Test func `an engine that is refused throughout is not published, whatever is allowed`()
    async throws
  {
    try await Scene.with { scene in
      let bravo = "me_bravobravo02.memory"
      try await dropChecks(scene, bravo)
      try await scene.changeShard("update \(bravo) set meta = '[1]';")
      let ended = try await scene.run(Scene.start + ["--quarantine"], ends: 4)
      #expect(ended.output.contains("more than "), "\(ended.output)")
      try await expectNoBravo(scene)

      // With as few rows as may be set aside, too.
      try await scene.changeShard(
        """
        create table kept as select * from \(bravo);
        delete from \(bravo) where id not in (select id from kept order by id limit 3);
        """)
      let again = try await scene.run(["resume"], ends: 4)
      #expect(again.output.contains("every row of bravobravo02 (3)"), "\(again.output)")
      try await expectNoBravo(scene)

      try await scene.changeShard("update \(bravo) set meta = '{}';")
      try await scene.run(["resume"], ends: 0)
      #expect(try await scene.withLedger { try await $0.rejectedRows() }.isEmpty)
      try await scene.changeShard("drop table kept;")
      try await scene.expectEqual()
    }
  }

  private func expectNoBravo(_ scene: Scene) async throws {
    #expect(
      try await scene.targetValue("select count(*) from core.space where slug = 'bravobravo02';")
        == "0")
  }

  @Test func `one that is corrected before its engine is published is copied after all`()
    async throws
  {
    try await Scene.with { scene in
      try await spoil(scene)
      let process = try await scene.launchHeld(
        Scene.start + ["--quarantine", "--rate-limit", "100kB/s"])
      try await eventually("bravo's range with the bad rows is committed") {
        let rejected = try? await scene.targetValue(
          "select count(*) from orchestrator.fact where kind = 'rejected';")
        return rejected == "3"
      }
      process.send(SIGTERM)
      #expect(try await process.end().status == 75)
      try await scene.release()
      try await scene.changeShard(
        """
        update me_bravobravo02.memory set temporal = '[2025-01-01,2025-01-02)'
        where id = '\(Self.bad[0])';
        """)
      try await scene.run(["resume"], ends: 0)
      let rows = try await scene.withLedger { try await $0.rejectedRows() }
      #expect(rows.map { $0.id.uuidString.lowercased() }.sorted() == Array(Self.bad.dropFirst()))
      try await scene.changeShard(
        "delete from me_bravobravo02.memory where id in ('\(Self.bad[1])', '\(Self.bad[2])');")
      try await scene.expectEqual()
    }
  }

  /// Three rows that an older release of the app may have let in: a temporal value upside down by its
  /// bounds, meta that is no object, an id that is not of version 7.
  private func spoil(_ scene: Scene) async throws {
    try await dropChecks(scene, "me_bravobravo02.memory")
    try await scene.changeShard(
      """
      insert into me_bravobravo02.memory (id, temporal, meta, content) values
        ('\(Self.bad[0])', '(2025-01-01,2025-01-02]', '{}', 'secret content'),
        ('\(Self.bad[1])', null, '[1, 2]', 'secret content'),
        ('\(Self.bad[2])', null, '{}', 'secret content');
      """)
  }

  private func dropChecks(_ scene: Scene, _ table: String) async throws {
    try await scene.changeShard(
      """
      select format('alter table \(table) drop constraint %I', conname)
      from pg_constraint where conrelid = '\(table)'::regclass and contype = 'c' \\gexec
      """)
  }
}
