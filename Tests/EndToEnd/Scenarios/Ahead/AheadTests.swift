import Foundation
import JobModel
import Ledger
import LocalServers
import Testing

/// Copying while the old app is live, following it, and cutting over.
@Suite struct AheadTests {
  private static let ahead = Scene.start + ["--ahead", "--once"]

  /// Rows of every kind of change, in two engines.
  private static let changes = """
    insert into me_alphaalpha01.memory (id, content, tree) values
      ('01900000-0000-7fff-8000-000000000001', 'new', 'late'),
      ('00000000-0000-7000-8000-000000000001', 'new with an old id', 'late');
    update me_alphaalpha01.memory set content = content || ' more', updated_at = '2025-05-05'
    where id = (select min(id::text)::uuid from me_alphaalpha01.memory where tree <> 'late');
    update me_alphaalpha01.memory set embedding_attempts = 7
    where id = (select max(id::text)::uuid from me_alphaalpha01.memory where tree <> 'late');
    delete from me_bravobravo02.memory
    where id in (select id from me_bravobravo02.memory order by id limit 3);
    """

  @Test func `everything is copied, nothing published, and a cutover makes it equal`() async throws
  {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      #expect(try await scene.targetValue("select count(*) from core.space;") == "0")
      try await scene.changeShard(Self.changes)
      let dry = try await scene.run(["cutover", "--dry-run"], ends: 0)
      #expect(dry.output.contains("engines may differ; 3 spaces to publish"), "\(dry)")
      #expect(try await scene.targetValue("select count(*) from core.space;") == "0")
      let ended = try await scene.run(["cutover"], ends: 0)
      #expect(ended.output.contains("2 new, 1 changed, 3 gone"), "\(ended)")
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
      try await scene.run(["verify", "--deep"], ends: 0)
      try await scene.run(["finish", "--yes"], ends: 0)
    }
  }

  /// No row is written by it, and every row reads otherwise.
  @Test func `a column that was dropped and added again is compared row by row`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      try await scene.changeShard(
        """
        alter table me_alphaalpha01.memory drop column temporal;
        alter table me_alphaalpha01.memory
          add column temporal tstzrange default '["2020-01-01","2021-01-01")';
        """)
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `people, rights and engines that change meanwhile are as they are at the end`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      try await scene.changeAccounts(
        """
        insert into accounts.identity (id, email, name) values
          ('01900000-0000-7000-8000-00000000f001', 'late@example.org', 'Late');
        insert into accounts.org_member (org_id, identity_id, role)
        select org_id, '01900000-0000-7000-8000-00000000f001', 'admin'
        from accounts.engine where slug = '\(SmallSources.alpha)';
        update accounts.engine set status = 'suspended' where slug = '\(SmallSources.bravo)';
        """)
      try await scene.run(["resume", "--once"], ends: 0)
      try await scene.changeAccounts(
        "update accounts.identity set name = 'Later' where email = 'late@example.org';")
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectNothingCopiedAgain()
      #expect(
        try await scene.targetValue(
          "select count(*) from auth.users where email = 'late@example.org' and name = 'Later';")
          == "1")
      #expect(
        try await scene.targetValue(
          "select count(*) from core.space where slug = '\(SmallSources.bravo)';") == "0")
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  @Test func `an open transaction ends the cutover before anything is published`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      let writer = try await Barrier(
        scene.servers.shard, database: scene.database,
        "update me_alphaalpha01.memory set content = 'late' where id = (select min(id::text)::uuid from me_alphaalpha01.memory);"
      )
      let refused = try await scene.run(["cutover"], ends: 3)
      #expect(refused.errors.contains("the sources are not at rest"), "\(refused)")
      #expect(refused.errors.contains("me_alphaalpha01.memory for writing"), "\(refused)")
      #expect(try await scene.targetValue("select count(*) from core.space;") == "0")
      try await writer.release()
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `a process that follows is asked to stop, and the cutover takes over`() async throws {
    try await Scene.with { scene in
      let follower = try scene.launch(Scene.start + ["--ahead", "--every", "1s"])
      try await eventually("the first pass is recorded") {
        let passes = try? await scene.withLedger { try await $0.passes() }
        return passes?.isEmpty == false
      }
      try await scene.changeShard(Self.changes)
      try await scene.run(["cutover"], ends: 0)
      let ended = try await follower.end()
      #expect(ended.status == 75, "\(ended)")
      #expect(ended.output.contains("asked to stop"))
      try await scene.expectEqual()
      let after = try await scene.run(["stop"], ends: 0)
      #expect(after.output.contains("nothing is at work"))
    }
  }

  @Test func `a follower catches up while the app works, and survives being killed`() async throws {
    try await Scene.with { scene in
      let follower = try scene.launch(Scene.start + ["--ahead", "--every", "1s"])
      try await eventually("the first pass is recorded") {
        let passes = try? await scene.withLedger { try await $0.passes() }
        return passes?.isEmpty == false
      }
      try await scene.changeShard(Self.changes)
      try await eventually("the changes are caught up") {
        try await scene.withLedger { try await $0.passes() }.contains { $0.rows > 0 }
      }
      follower.send(SIGKILL)
      _ = try await follower.end()
      #expect(try await scene.targetValue("select count(*) from core.space;") == "0")
      try await scene.changeShard("delete from me_alphaalpha01.memory where tree = 'late';")
      try await scene.run(["resume", "--once"], ends: 0)
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `people who change all the time hold no pass up`() async throws {
    try await Scene.with { scene in
      let follower = try scene.launch(Scene.start + ["--ahead", "--every", "1s"])
      try await eventually("the first pass is recorded") {
        let passes = try? await scene.withLedger { try await $0.passes() }
        return passes?.isEmpty == false
      }
      try await scene.changeShard(Self.changes)
      try await eventually("the changes are caught up") {
        try await scene.changeAccounts(
          "update accounts.identity set updated_at = clock_timestamp();")
        return try await scene.withLedger { try await $0.passes() }.contains { $0.rows > 0 }
      }
      follower.send(SIGTERM)
      #expect(try await follower.end().status == 75)
    }
  }

  @Test func `an engine that can no longer be read fails alone`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      try await scene.changeShard(Self.changes + "drop table me_charlie00003.memory cascade;")
      let followed = try await scene.run(["resume", "--once"], ends: 4)
      #expect(followed.output.contains("caught up 6 rows"), "\(followed)")
      let ended = try await scene.run(["cutover"], ends: 4)
      #expect(ended.output.contains("there is no table memory"), "\(ended)")
      let status = try await scene.status()
      #expect(status.engines.filter { $0.state == "done" }.count == 2)
      #expect(try status.engine(SmallSources.charlie).state == "failed")
    }
  }

  @Test func `a request to stop that nobody heeded means nothing to the next process`() async throws
  {
    try await Scene.with { scene in
      #expect(FileManager.default.createFile(atPath: scene.ledgerPath + "-stop", contents: nil))
      try await scene.run(Self.ahead, ends: 0)
      #expect(FileManager.default.createFile(atPath: scene.ledgerPath + "-stop", contents: nil))
      try await scene.run(["resume", "--once"], ends: 0)
    }
  }

  @Test func `what is written after the gate is found, named, and repaired by the next cutover`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      let (cutover, barrier) = try await cutOverAllButCharlie(scene)
      try await scene.changeShard(
        """
        update me_alphaalpha01.memory set content = content || ' after the gate'
        where id = (select min(id::text)::uuid from me_alphaalpha01.memory);
        """)
      try await barrier.rollBack()
      let ended = try await cutover.end()
      #expect(ended.status == 4, "\(ended)")
      #expect(
        ended.output.contains("1 memory was written at the source after the copy"), "\(ended)")
      #expect(try await scene.status().engine(SmallSources.alpha).state == "failed")
      try await scene.run(["finish", "--yes"], ends: 3)
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectEqual()
      try await scene.run(["verify", "--deep"], ends: 0)
    }
  }

  @Test func `a cutover that was killed after it published goes on`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      try await scene.changeShard(Self.changes)
      let (cutover, barrier) = try await cutOverAllButCharlie(scene)
      cutover.send(SIGKILL)
      _ = try await cutover.end()
      try await barrier.rollBack()
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.expectNothingCopiedAgain()
    }
  }

  @Test func `an engine that was reset while following is copied ahead again`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      try await scene.changeShard(Self.changes)
      try await scene.run(["resume", "--once"], ends: 0)
      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      try await scene.run(["resume", "--once"], ends: 0)
      try await scene.run(["cutover"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `a window that is estimated too long is refused`() async throws {
    try await Scene.with { scene in
      try await scene.run(Self.ahead, ends: 0)
      // Passes whose rows took a minute each.
      let ledger = try Ledger.open(LedgerLock(path: scene.ledgerPath))
      try await ledger.recordPass(
        PassRecord(
          beganAt: Date(), look: .zero, spent: .seconds(60), engines: 3, moved: 1, new: 1,
          changed: 0, gone: 0))
      try ledger.close()
      try await scene.changeShard(Self.changes)
      let refused = try await scene.run(["cutover", "--window", "30s"], ends: 3)
      #expect(refused.errors.contains("which is longer than --window 30s"), "\(refused)")
      #expect(try await scene.targetValue("select count(*) from core.space;") == "0")
      try await scene.run(["cutover", "--window", "2h"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `a run without --ahead has no cutover`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let refused = try await scene.run(["cutover"], ends: 3)
      #expect(refused.errors.contains("was not begun with --ahead"))
    }
  }

  /// A cutover that has published alpha and bravo, and whose last roster waits at the barrier, which must be
  /// rolled back.
  private func cutOverAllButCharlie(
    _ scene: Scene
  ) async throws -> (OrchestratorProcess, Barrier) {
    let barrier = try await Barrier(
      scene.servers.target, database: scene.database,
      "select core.create_space('charlie00003', 'Charlie', 'english');")
    let cutover = try scene.launch(["cutover"])
    try await scene.waitForDone(2, .roster, of: cutover)
    return (cutover, barrier)
  }
}
