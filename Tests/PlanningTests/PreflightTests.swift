import Foundation
import LocalServers
import Planning
import RunRecord
import SchemaPack
import SourceScenes
import Testing

@Suite struct PreflightTests {
  @Test func `a fresh target and sound sources pass`() async throws {
    try await SourceScene.with(
      shard: "insert into memory (tree, content) values ('work.café', '');"
    ) { scene in
      let checks = try await scene.preflight()
      #expect(checks.values.filter { $0.outcome != .passed } == [])
      #expect(checks.count == 26)
      #expect(checks["tree labels fit the target's locale"]?.finding.hasPrefix("1 label") == true)
      let left = try await scene.databases.servers.target.rows(
        """
        select count(*) from pg_class where relnamespace >= 16384 union all
        select count(*) from pg_extension where extname <> 'plpgsql';
        """, database: scene.databases.name)
      #expect(left == [["0"], ["0"]])
    }
  }

  @Test func `a login that policies filter is refused`() async throws {
    try await SourceScene.with { scene in
      try await scene.withFilteredReader { url in
        let checks = try await scene.preflight(shardURL: url)
        let check = try #require(checks["shard can be read whole"])
        #expect(check.isFailed)
        #expect(check.remedy?.contains("BYPASSRLS") == true)
        // Three sessions are allowed to it, and eight are planned.
        #expect(checks["shard has free connections"]?.isFailed == true)
      }
    }
  }

  @Test func `a target under LC_CTYPE C is refused for its labels, and warned of for its emails`()
    async throws
  {
    try await SourceScene.with(
      accounts: "update accounts.identity set email = 'ÅSA@example.org';",
      shard: "insert into memory (tree, content) values ('work.café', ''), ('work', '');"
    ) { scene in
      let (target, name) = (scene.databases.servers.target, scene.databases.name)
      try await target.dropDatabase(name)
      try await target.run(
        """
        create database :"name" template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C';
        """, variables: ["name": name])
      let checks = try await scene.preflight()
      let labels = try #require(checks["tree labels fit the target's locale"])
      #expect(labels.isFailed)
      #expect(labels.finding == "1 of 1 labels beyond ASCII are refused under LC_CTYPE C")
      #expect(checks["emails compare as in the source"]?.outcome == .warning)
      #expect(checks.values.filter(\.isFailed).count == 1)
    }
  }

  @Test func `a target that holds something is refused`() async throws {
    try await SourceScene.with { scene in
      try await scene.databases.servers.target.run(
        "create table public.mine ();", database: scene.databases.name)
      let checks = try await scene.preflight()
      #expect(checks["target is empty"]?.isFailed == true)
      #expect(checks["schema pack provisions"] == nil)
    }
  }

  @Test func `an engine that is asked for in vain is refused`() async throws {
    try await SourceScene.with { scene in
      let title = "engines asked for can be migrated (E3)"
      let wrong = RunSettings(engines: [SourceScene.slug, "bbbbbbbbbbbb"], textSearch: "gin")
      let check = try await scene.preflight(settings: wrong)[title]
      #expect(check?.isFailed == true && check?.finding.contains("bbbbbbbbbbbb") == true)
      let right = RunSettings(engines: [SourceScene.slug], textSearch: "gin")
      #expect(try await scene.preflight(settings: right)[title]?.outcome == .passed)
    }
  }

  @Test func `what fails one engine alone is a warning`() async throws {
    try await SourceScene.with(
      accounts: """
        update accounts.org_member set role = 'member';
        insert into accounts.engine (org_id, slug, name, language) values
          ('\(SourceScene.org)', 'bbbbbbbbbbbb', 'Klingon', 'klingon');
        """,
      shard: """
        create schema me_bbbbbbbbbbbb;
        create table me_bbbbbbbbbbbb.memory (like memory);
        create table me_bbbbbbbbbbbb."user" (like "user");
        create table me_bbbbbbbbbbbb.tree_owner (like tree_owner);
        create table me_bbbbbbbbbbbb.tree_grant (like tree_grant);
        create table me_bbbbbbbbbbbb.role_membership (like role_membership);
        """
    ) { scene in
      let checks = try await scene.preflight()
      #expect(checks.values.filter(\.isFailed) == [])
      let pack = try #require(checks["schema pack provisions"])
      #expect(pack.outcome == .warning && pack.remedy?.contains("bbbbbbbbbbbb") == true)
      #expect(checks["every engine has an owner or admin (E4)"]?.outcome == .warning)
      let plan = try await scene.plan()
      #expect(plan.engines.allSatisfy { $0.failure != nil })
    }
  }

  @Test func `an identity that the target cannot hold is refused, unless it is given a name`()
    async throws
  {
    try await SourceScene.with(accounts: "update accounts.identity set email = 'a/b@example.org';")
    { scene in
      let title = "identities fit the target (I6)"
      let check = try #require(try await scene.preflight()[title])
      #expect(check.isFailed && check.remedy?.contains("--user-name") == true)
      #expect(!check.finding.contains("example.org"))
      let named = RunSettings(textSearch: "gin", userNames: [SourceScene.ada: "ada"])
      #expect(try await scene.preflight(settings: named)[title]?.outcome == .passed)
    }
  }

  @Test func `too few connections are refused`() async throws {
    try await SourceScene.with { scene in
      let tuning = RunTuning(workers: 100, streams: 100, indexBuilds: 100)
      let check = try await scene.preflight(tuning: tuning)["target has free connections"]
      #expect(check?.isFailed == true)
      #expect(check?.finding.hasSuffix("opens up to 309") == true)
    }
  }

  @Test func `contents that a gin index cannot hold are refused, unless it is bm25`() async throws {
    try await SourceScene.with(shard: overlongMemories) { scene in
      let title = "contents fit a gin index"
      let check = try #require(try await scene.preflight()[title])
      #expect(check.isFailed && check.remedy?.contains("--text-search bm25") == true)
      let ids = [2, 3].map { "\(SourceScene.slug) 01900000-0000-7000-8000-00000000000\($0)" }
      #expect(
        check.finding
          == "the words of 2 memories do not fit into a tsvector: \(ids.joined(separator: ", "))")
      #expect(try await scene.preflight(textSearch: .bm25)[title] == nil)
    }
  }

  @Test func `memories are tried with the run's own pack`() async throws {
    try await SourceScene.with(
      shard: """
        alter table memory drop constraint memory_temporal_check;
        insert into memory (temporal, content) values
          ('[1960-01-01,)', ''), ('(,2025-01-01)', ''), ('(,2026-01-01)', ''), ('empty', '');
        """
    ) { scene in
      let title = "memories fit the schema pack (M4)"
      let check = try #require(try await scene.preflight()[title])
      #expect(check.outcome == .warning)
      #expect(
        check.finding
          == "3 memories break memory_temporal_form, in the engines \(SourceScene.slug)")
      #expect(check.remedy?.contains("would fail") == true)
      let stricter = try SchemaPack(
        folder: Repository.root.appending(path: "Tests/SchemaPackTests/Packs/older"),
        textSearch: .gin)
      #expect(
        try await scene.preflight(pack: stricter)[title]?.finding.hasPrefix("4 memories") == true)
      let settings = RunSettings(textSearch: "gin", quarantines: true)
      let aside = try #require(try await scene.preflight(settings: settings)[title])
      #expect(aside.remedy?.contains("will be set aside") == true)
    }
  }

  @Test func `an engine that has lost its memories' table is refused, not skipped`() async throws {
    try await SourceScene.with(shard: "drop table memory cascade;") { scene in
      let check = try await scene.preflight()["shard can be read whole"]
      #expect(check?.isFailed == true)
      #expect(check?.finding == "me_aaaaaaaaaaaa: there is no table memory")
      let plan = try await scene.plan()
      #expect(plan.skipped.isEmpty)
      #expect(plan.engines.map(\.failure) == ["there is no table memory"])
    }
  }

  @Test func `a column that would be lost is named before anything is copied`() async throws {
    try await SourceScene.with(shard: "alter table memory add column secret_note text;") { scene in
      let check = try await scene.preflight()["shard can be read whole"]
      #expect(check?.isFailed == true)
      #expect(
        check?.finding.contains("column memory.secret_note is unknown and would be lost") == true)
    }
  }

  @Test func `a column that is missing in one engine of many is named`() async throws {
    try await SourceScene.with(shard: "alter table memory drop column temporal;") { scene in
      let check = try await scene.preflight()["shard can be read whole"]
      #expect(check?.isFailed == true)
      #expect(check?.finding == "me_aaaaaaaaaaaa: there is no column memory.temporal")
    }
  }
}
