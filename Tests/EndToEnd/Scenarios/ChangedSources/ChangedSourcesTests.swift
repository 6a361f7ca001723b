import Foundation
import JobModel
import LocalServers
import SourceFixtures
import Testing

/// I7: between an interruption and its resume people sign up, and engines come and go.
@Suite struct ChangedSourcesTests {
  @Test func `new people and a new engine are there at the end`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene)
      try await scene.changeAccounts(
        """
        insert into accounts.identity (id, email, name) values
          ('019b0000-0000-7000-8000-000000000004', 'linus@example.org', 'Linus');
        update accounts.identity set name = 'Mary Jane' where name = 'Mary';
        insert into accounts.org_member (org_id, identity_id, role) values
          ('019b0000-0000-7000-8000-000000000012', '019b0000-0000-7000-8000-000000000004', 'admin');
        insert into accounts.engine (id, org_id, slug, name) values
          ('019b0000-0000-7000-8000-000000000025', '019b0000-0000-7000-8000-000000000012', 'echoechoech5', 'Echo');
        """)
      try await OldModel.createEngine(
        on: scene.servers.shard, database: scene.database, slug: "echoechoech5", dimensions: 8)
      try await scene.changeShard(
        "insert into me_echoechoech5.memory (content) values ('first'), ('second');")

      let ended = try await scene.run(["resume"], ends: 0)
      #expect(ended.output.contains("I7"))
      try await scene.expectEqual()
      let roster = try await scene.roster()
      for line in [
        "space echoechoech5 Echo english", "member echoechoech5 u:linus@example.org admin",
        "member charlie00003 u:linus@example.org admin", "principal u:linus@example.org",
      ] {
        #expect(roster.contains(line), "\(line)")
      }
      #expect(roster.contains { $0.hasPrefix("user mary@example.org Mary Jane ") })
      try await scene.expectNothingCopiedAgain()

      // Nobody of them passes for somebody who signed up in the target.
      try await scene.run(["reset", "--all", "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test func `an engine that is gone is skipped with the reason, and the run completes`()
    async throws
  {
    try await Scene.with { scene in
      try await interrupt(scene)
      try await scene.changeAccounts(
        "update accounts.engine set status = 'deleted' where slug = 'alphaalpha01';")
      try await scene.changeShard("drop schema me_alphaalpha01 cascade;")
      try await scene.run(["resume"], ends: 0)
      let status = try await scene.status()
      #expect(status.run.state == "complete")
      #expect(try status.engine(SmallSources.alpha).state == "skipped")
      #expect(try status.engine(SmallSources.alpha).reason?.hasPrefix("E1") == true)
      try await scene.expectEqual()
    }
  }

  @Test func `an engine whose language has changed is indexed in the new one`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene)
      try await scene.changeAccounts(
        "update accounts.engine set language = 'german' where slug = 'alphaalpha01';")
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.run(["verify", "--deep"], ends: 0)
      #expect(
        try await scene.targetValue(
          """
          select (select language from core.space where slug = 'alphaalpha01') || ' ' ||
            (select count(*) from pg_indexes where schemaname = 'me_alphaalpha01'
              and indexdef like '%german%');
          """) == "german 1")
    }
  }

  @Test func `who comes while the run is at work is migrated before the roster that names them`()
    async throws
  {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(1, .identities, of: process)
      try await scene.changeAccounts(
        """
        insert into accounts.identity (id, email, name) values
          ('019b0000-0000-7000-8000-000000000004', 'linus@example.org', 'Linus');
        insert into accounts.org_member (org_id, identity_id, role)
        select id, '019b0000-0000-7000-8000-000000000004', 'member' from accounts.org;
        """)
      try await scene.release()
      let ended = try await process.end()
      #expect(ended.status == 0, "\(ended)")
      try await scene.expectEqual()
      let roster = try await scene.roster()
      #expect(roster.contains("member alphaalpha01 u:linus@example.org"))
    }
  }

  @Test func `what people have done in the target since is left as it is`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      // Mary moves, Ada logs in and links another account, and somebody signs up: all in the new app.
      try await scene.changeTarget(
        """
        update auth.users set name = 'Mary of the target' where email = 'mary@example.org';
        insert into auth.sessions (user_id, token_hash, expires_at, created_at)
        select id, '\\xaa', '2099-01-01', now() from auth.users where email = 'ada@example.org';
        insert into auth.accounts (user_id, provider_id, account_id, created_at, updated_at)
        select id, 'google', 'go-ada', now(), now() from auth.users where email = 'ada@example.org';
        select core.create_user('019b0000-0000-7000-8000-0000000000f1', 'new@example.org');
        insert into auth.users (id, email, name, email_verified, created_at, updated_at) values
          ('019b0000-0000-7000-8000-0000000000f1', 'new@example.org', 'New', true, now(), now());
        """)
      // And at the source two people exchange their emails, and a session ends.
      try await scene.changeAccounts(
        """
        update accounts.identity set email = 'parked' where name = 'Ada';
        update accounts.identity set email = 'Ada@Example.org' where name = 'Grace';
        update accounts.identity set email = 'grace@example.org' where name = 'Ada';
        update accounts.identity set name = 'Mary of the source' where name = 'Mary';
        delete from accounts.session where token_hash = '\\x01';
        """)
      try await scene.run(["resume"], ends: 0)
      let users = try await scene.targetValue(
        "select string_agg(name || '=' || email, ' ' order by name) from auth.users;")
      #expect(
        users
          == "Ada=grace@example.org Grace=Ada@Example.org Mary of the target=mary@example.org "
          + "New=new@example.org")
      let rest = try await scene.targetValue(
        """
        select (select string_agg(encode(token_hash, 'hex'), ' ') from auth.sessions) || ' '
          || (select count(*) from auth.accounts);
        """)
      #expect(rest == "aa 4")
      let warnings = try await scene.status().warnings
      #expect(warnings.contains { $0.rule == "I7" && $0.count == 3 })
    }
  }

  @Test func `what people have removed in the target since stays removed`() async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(1, .identities, of: process)
      process.send(SIGTERM)
      _ = try await process.end()
      // Ada logs out, Grace closes an account, and Mary, who is on rosters to come, leaves for good.
      try await scene.changeTarget(
        """
        delete from auth.sessions;
        delete from auth.accounts
        using auth.users u where u.id = user_id and u.email = 'grace@example.org';
        with gone as (
          delete from auth.users where email = 'mary@example.org' returning id
        )
        delete from core.principal p using gone g where p.id = g.id;
        """)
      let left = try await scene.peopleOfTarget()
      // Something changes, so that identities are reconciled; and one session is new.
      try await scene.changeAccounts(
        """
        update accounts.identity set name = 'Ada II' where name = 'Ada';
        insert into accounts.session (id, identity_id, token_hash, expires_at)
        select '019b0000-0000-7000-8000-0000000000e1', id, '\\xbb', '2099-01-01'
        from accounts.identity where name = 'Ada II';
        """)
      try await scene.run(["resume"], ends: 4)
      let now = try await scene.peopleOfTarget()
      #expect(now == left.replacingOccurrences(of: "Ada", with: "Ada II") + " bb")
      let failed = try await scene.status().engines.filter { $0.state == "failed" }
      #expect(failed.allSatisfy { $0.reason?.hasPrefix("I7: members or inviters") == true })
      #expect(!failed.isEmpty)

      // Whoever was removed here is removed there, too.
      try await scene.changeAccounts("delete from accounts.identity where name = 'Mary';")
      try await scene.run(["resume"], ends: 0)
      #expect(try await scene.peopleOfTarget() == now)
    }
  }

  @Test func `who comes back as another identity is refused while a space has the old one`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeAccounts(
        """
        delete from accounts.identity where name = 'Mary';
        insert into accounts.identity (id, email, name) values
          ('019b0000-0000-7000-8000-000000000005', 'Mary@example.org', 'Mary again');
        """)
      let refused = try await scene.run(["resume"], ends: 4)
      #expect(refused.errors.contains("on the rosters of alphaalpha01, bravobravo02"))
      #expect(!refused.errors.lowercased().contains("mary@"))
      for engine in [SmallSources.alpha, SmallSources.bravo] {
        try await scene.run(["reset", "--engine", engine, "--yes"], ends: 0)
      }
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
    }
  }

  @Test
  func `somebody who cannot be a user holds up their own engines alone, until they are named`()
    async throws
  {
    try await Scene.with { scene in
      try await interrupt(scene)
      try await scene.changeAccounts(
        """
        insert into accounts.identity (id, email, name) values
          ('019b0000-0000-7000-8000-000000000004', 'linus/torvalds@example.org', 'Linus'),
          ('019b0000-0000-7000-8000-000000000006', 'no/member@example.org', 'Nobody');
        insert into accounts.org_member (org_id, identity_id, role) values
          ('019b0000-0000-7000-8000-000000000012', '019b0000-0000-7000-8000-000000000004', 'admin');
        """)
      let ended = try await scene.run(["resume"], ends: 4)
      #expect(!ended.output.contains("linus/"))
      let status = try await scene.status()
      #expect(status.engines.filter { $0.state == "failed" }.map(\.slug) == ["charlie00003"])
      #expect(try status.engine("charlie00003").reason?.hasPrefix("I6: ") == true)
      #expect(status.engines.contains { $0.state == "done" })
      try await scene.run(
        ["resume", "--user-name", "019b0000-0000-7000-8000-000000000004=linus"], ends: 0)
      let roster = try await scene.roster()
      #expect(roster.contains("member charlie00003 u:linus admin"), "\(roster)")
      #expect(!roster.contains { $0.contains("no/member") })
      // The name outlives the ledger.
      try await scene.run(["resume", "--rebuild-ledger"], ends: 0)
      let verified = try await scene.run(["verify", "--deep", "--all"], ends: 0)
      #expect(verified.output.contains("019b0000-0000-7000-8000-000000000006=<name>"))
    }
  }

  @Test(arguments: ["tree_grant", "memory"])
  func `a published engine that can no longer be read is warned of, and the run stays complete`(
    table: String
  ) async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeShard("drop table me_alphaalpha01.\(table) cascade;")
      try await scene.run(["resume"], ends: 0)
      let warnings = try await driftWarnings(scene)
      #expect(warnings.map(\.engine) == [SmallSources.alpha])
      #expect(try await scene.status().run.state == "complete")
    }
  }

  @Test func `a run whose resume cannot begin stays as complete as it was`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeAccounts("alter table accounts.engine rename to hidden;")
      let ended = try await scene.run(["resume"])
      #expect(ended.status != 0)
      #expect(try await scene.status().run.state == "complete")
    }
  }

  @Test func `a process shows life while it looks at the sources for long`() async throws {
    try await Scene.with { scene in
      try await interrupt(scene)
      let lock = try await Barrier(
        scene.servers.accounts, database: scene.database,
        "lock table accounts.engine in access exclusive mode")
      let process = try scene.launch(["resume"])
      let beats =
        "select count(*) || ' ' || max(at) from orchestrator.heartbeat where instance = "
        + "(select instance from orchestrator.run where epoch > 1);"
      var seen: Set<String> = []
      try await eventually("three heartbeats of the one who waits") {
        seen.insert(try await scene.targetValue(beats))
        return seen.filter { !$0.isEmpty }.count >= 3
      }
      #expect(process.isRunning)
      try await lock.release()
      #expect(try await process.end().status == 0)
    }
  }

  @Test func `rights that change after they were published are warned of at resume`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.run(["resume"], ends: 0)
      #expect(try await driftWarnings(scene).isEmpty)
      try await scene.changeShard(
        "delete from me_alphaalpha01.tree_grant where tree_path = 'team';")
      try await scene.run(["resume"], ends: 0)
      let warnings = try await driftWarnings(scene)
      #expect(warnings.map(\.engine) == [SmallSources.alpha])
      #expect(warnings.first?.example.hasPrefix("access changed at the source") == true)
      // Its way out leads somewhere.
      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      #expect(try await driftWarnings(scene).isEmpty)
      #expect(try await scene.run(["verify", "--deep"]).status == 0)
    }
  }

  @Test func `an engine that is gone keeps the space that was published, whatever the ledger says`()
    async throws
  {
    try await Scene.with { scene in
      try await interrupt(scene)
      let old = ["ORCHESTRATOR_LEDGER": try scene.copyLedger(to: "old.ledger")]
      try await scene.run(["resume"], ends: 0)
      try await scene.changeAccounts(
        "update accounts.engine set status = 'deleted' where slug = 'alphaalpha01';")
      let versions = try await scene.rowVersions()
      try await scene.run(["resume"], old, ends: 0)
      let after = try await scene.rowVersions()
      #expect(after["me_alphaalpha01.memory"] == versions["me_alphaalpha01.memory"])
      #expect(after["core.space"] == versions["core.space"])
    }
  }

  private func driftWarnings(_ scene: Scene) async throws -> [RunStatus.Warning] {
    try await scene.status().warnings.filter { $0.rule == "drift" }
  }

  @Test func `engines without their memories' table fail alone, and end once it is back`()
    async throws
  {
    try await Scene.with { scene in
      try await interrupt(scene)
      try await scene.changeAccounts(
        """
        insert into accounts.engine (org_id, slug, name) values
          ('019b0000-0000-7000-8000-000000000012', 'echoechoech5', 'Echo');
        """)
      try await OldModel.createEngine(
        on: scene.servers.shard, database: scene.database, slug: "echoechoech5", dimensions: 8)
      let lost = [SmallSources.alpha, "echoechoech5"]
      for slug in lost {
        try await scene.changeShard("alter table me_\(slug).memory rename to elsewhere;")
      }
      try await scene.run(["resume"], ends: 4)
      let status = try await scene.status()
      for slug in lost {
        let engine = try status.engine(slug)
        #expect(engine.state == "failed")
        #expect(engine.reason?.contains("me_\(slug).memory") == true, "\(engine)")
      }
      #expect(try status.engine(SmallSources.bravo).state == "done")

      for slug in lost {
        try await scene.changeShard("alter table me_\(slug).elsewhere rename to memory;")
      }
      try await scene.run(["resume"], ends: 0)
      try await scene.expectEqual()
      try await scene.run(["verify", "--deep"], ends: 0)

      try await scene.changeShard("alter table me_echoechoech5.memory rename to elsewhere;")
      let verified = try await scene.run(["verify"], ends: 4)
      #expect(verified.output.contains("there is no table memory"))
    }
  }

  private func interrupt(_ scene: Scene) async throws {
    let process = try await scene.launchHeld(Scene.start + ["--rate-limit", "100kB/s"])
    try await scene.waitForDone(4, .memories, of: process)
    process.send(SIGTERM)
    #expect(try await process.end().status == 75)
    try await scene.release()
  }
}

extension Scene {
  /// Users by name, the number of accounts, and the sessions.
  fileprivate func peopleOfTarget() async throws -> String {
    try await targetValue(
      """
      select concat_ws(' ', (select string_agg(name, ' ' order by name) from auth.users),
        (select count(*) from auth.accounts),
        (select string_agg(encode(token_hash, 'hex'), ' ') from auth.sessions));
      """)
  }
}
