import JobModel
import LocalServers
import Testing

/// A reset that would destroy what people have done, or that nobody has confirmed.
@Suite struct FailResetInUseTests {
  @Test func `a reset is refused once a space is in use`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      for change in [
        "update me_bravobravo02.memory set content = 'mine' where id = (select min(id::text)::uuid from me_bravobravo02.memory);",
        "delete from me_bravobravo02.memory where id = (select max(id::text)::uuid from me_bravobravo02.memory);",
        "insert into me_bravobravo02.memory (content) values ('mine');",
      ] {
        try await scene.changeTarget(change)
        try await expectRefused(scene, ["--engine", SmallSources.bravo], 3, "in use", change)
      }
    }
  }

  @Test func `a reset is refused once somebody was let in, or given more`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let ids = "(select id from core.space where slug = 'bravobravo02')"
      let grace = "(select id from core.principal where name = 'grace@example.org')"
      for change in [
        "select core.add_principal_to_space(\(ids), \(grace), false);",
        "select core.grant_tree_access(\(ids), \(grace), 'team', 1);",
      ] {
        try await scene.changeTarget(change)
        try await expectRefused(scene, ["--engine", SmallSources.bravo], 3, "in use", change)
      }
      try await scene.run(["reset", "--engine", SmallSources.charlie, "--yes"], ends: 0)
    }
  }

  @Test func `a reset is refused once a space was renamed, or its roster shortened`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let space = "(select id from core.space where slug = '%@')"
      let changes = [
        (SmallSources.bravo, "update core.space set name = 'Mine' where slug = 'bravobravo02';"),
        (
          SmallSources.charlie,
          "select core.create_group(\(space.replacing("%@", with: "charlie00003")), 'empty');"
        ),
        (
          SmallSources.alpha,
          """
          delete from core.tree_access where ctid = (
            select min(ctid) from core.tree_access
            where space_id = \(space.replacing("%@", with: "alphaalpha01")));
          """
        ),
      ]
      for (engine, change) in changes {
        try await scene.changeTarget(change)
        try await expectRefused(scene, ["--engine", engine], 3, "in use", change)
      }
    }
  }

  @Test func `a reset waits for who is writing, and then sees it`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let writer = try await Barrier(
        scene.servers.target, database: scene.database,
        "insert into me_bravobravo02.memory (content) values ('mine')")
      let reset = try scene.launch(["reset", "--engine", SmallSources.bravo, "--yes"])
      try await eventually("the reset waits for the writer") {
        try await scene.targetValue(
          """
          select count(*) from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.application_name like 'orc/%' and a.datname = current_database();
          """) != "0"
      }
      try await writer.release()
      let ended = try await reset.end()
      #expect(ended.status == 3, "\(ended)")
      #expect(ended.errors.contains("in use"))
    }
  }

  @Test func `a reset is refused where a member has an API key`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      try await scene.changeTarget(
        """
        insert into core.api_key (member_id, lookup_id, secret, name)
        select id, 'lookup', 'hash', 'key' from core.principal where name = 'grace@example.org';
        """)
      try await expectRefused(
        scene, ["--engine", SmallSources.charlie], 3, "API keys of its members: 1")
      try await expectRefused(scene, ["--all"], 3, "API keys of its members: 1", untouched: false)
    }
  }

  @Test func `a reset leaves the agents of other spaces alone, and any that has an API key`()
    async throws
  {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let agents = "select count(*) from core.principal where kind = 'a';"
      try await scene.changeTarget(
        """
        delete from core.principal_space where principal_id = (
          select id from core.principal where name like '%alpha-only');
        """)
      let before = try await scene.targetValue(agents)
      try await scene.run(["reset", "--engine", SmallSources.bravo, "--yes"], ends: 0)
      #expect(try await scene.targetValue(agents) == before)
      // The run's own row comes back, so that nothing looks like people's work but the key.
      try await scene.changeTarget(
        """
        begin;
        insert into orchestrator.writer (xid) values (pg_current_xact_id());
        insert into core.principal_space (space_id, principal_id)
        select s.id, p.id from core.space s, core.principal p
        where s.slug = 'alphaalpha01' and p.name like '%alpha-only';
        commit;
        insert into core.api_key (member_id, lookup_id, secret, name)
        select id, 'lookup', 'hash', 'key' from core.principal where name like '%alpha-only';
        """)
      try await expectRefused(
        scene, ["--engine", SmallSources.alpha], 3, "API keys of its members: 1")
      try await scene.changeTarget(
        """
        delete from core.principal_space where principal_id = (
          select id from core.principal where name like '%alpha-only');
        update orchestrator.fact set value = value || '{"rosterRows": 0}' where kind = 'space';
        """)
      try await scene.run(["reset", "--engine", SmallSources.alpha, "--yes"], ends: 0)
      try await scene.run(["resume"], ends: 0)
      #expect(try await scene.targetValue("select count(*) from core.api_key;") == "1")
      #expect(try await scene.targetValue(agents) == before)
    }
  }

  @Test func `a reset is refused without a yes, and for what is no engine`() async throws {
    try await Scene.with { scene in
      try await scene.run(Scene.start, ends: 0)
      let versions = try await scene.rowVersions()
      let asked = try await scene.run(["reset", "--engine", SmallSources.alpha], ends: 2)
      #expect(asked.errors.contains("--yes"))
      for slug in ["nosuchengine", SmallSources.delta] {
        let unknown = try await scene.run(["reset", "--engine", slug, "--yes"], ends: 2)
        #expect(unknown.errors.contains(slug))
      }
      try await scene.run(["reset", "--yes"], ends: 2)
      #expect(try await scene.rowVersions() == versions)
      #expect(try await scene.status().run.state == "complete")
    }
  }

  @Test func `a reset is refused while a run is at work`() async throws {
    try await Scene.with { scene in
      let process = try await scene.launchHeld(Scene.start)
      try await scene.waitForDone(1, .memories, of: process)
      let refused = try await scene.run(
        ["reset", "--engine", SmallSources.alpha, "--yes"], ends: 3)
      #expect(refused.errors.contains("process \(process.pid) "))
    }
  }

  private func expectRefused(
    _ scene: Scene, _ what: [String], _ status: Int32, _ message: String, _ comment: String = "",
    untouched: Bool = true
  ) async throws {
    let versions = try await scene.rowVersions()
    let ended = try await scene.run(["reset", "--yes"] + what, ends: status)
    #expect(ended.errors.contains(message), "\(comment): \(ended)")
    if untouched { #expect(try await scene.rowVersions() == versions, "\(comment)") }
  }
}
