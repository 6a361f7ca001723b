import LocalServers
import PostgresLink
import Testing

@testable import SchemaPack

/// Running packs, and what goes wrong with them.
struct PackRunnerTests {
  @Test("A failing statement is named by file, line and column")
  func failingStatement() async throws {
    try await TargetDatabase.with { target in
      let pack = try SchemaPack(folder: packFolder("fail-statement"), textSearch: .gin)
      let error = try await packError {
        try await target.run(PackRunner(pack), .core, "core")
      }
      #expect(error.kind == .database)
      #expect(error.cause?.code == SQLState("42704"))
      #expect(
        error.description == """
          core/migrate/incremental/009_fails.sql:3:35: type "nonsense" does not exist \
          (SQLSTATE 42704)
              create table {{schema}}.wrong (id nonsense);
                                                ^
          """)
      #expect(
        try await target.text("select to_regnamespace('core') is null as value") == "t")
    }
  }

  @Test("Where the server gives no position, it is the statement's")
  func place() async throws {
    let cases = [
      ("create table a ();\n  do $$ begin raise 'no'; end $$;", "2:3"),
      ("-- {{schema}}\nselect 1/0 as value", "2:1"),
      (
        "{{fn f() returns text}}\ncreate function {{schema}}.f() returns int return 1; {{endfn}}",
        "2:54"
      ),
      ("select 1;\nselect '", "2:8"),
      ("select é\n from {{schema}}.\"né\" where {{schema}} wrong", "2:40"),
    ]
    try await TargetDatabase.with { target in
      for (text, place) in cases {
        var files = PackFiles.builtIn
        files["auth/migrate/incremental/900_x.sql"] = text
        let runner = PackRunner(try files.pack())
        let error = try await packError { try await target.run(runner, .auth, "auth") }
        #expect(error.place?.description == "auth/migrate/incremental/900_x.sql:\(place)")
      }
    }
  }

  @Test("A placeholder without a value is found before anything is sent")
  func placeholder() async throws {
    try await TargetDatabase.with { target in
      let pack = try SchemaPack(folder: packFolder("fail-placeholder"), textSearch: .gin)
      let error = try await packError { try await target.run(PackRunner(pack), .auth, "auth") }
      #expect(error.place?.description == "auth/migrate/incremental/001_users.sql:2:19")
      #expect(error.message == "there is no value for {{nonsense}}")
    }
  }

  @Test("A pack older than the schema is refused; a newer one brings it up")
  func versions() async throws {
    try await TargetDatabase.withProvisioned { target in
      let older = PackRunner(try SchemaPack(folder: packFolder("older"), textSearch: .gin))
      let error = try await packError { try await target.run(older, .core, "core") }
      #expect(error.kind == .olderThanDatabase)
      #expect(
        try await older.outstanding(part: .core, schema: "core", on: target.connection)
          == [.versionNewer(database: "0.1.0")])

      let newer = PackRunner(try SchemaPack(folder: packFolder("newer"), textSearch: .gin))
      func work() async throws -> [OutstandingWork] {
        try await newer.outstanding(part: .core, schema: "core", on: target.connection)
      }
      #expect(try await work() == [.versionOlder(database: "0.1.0"), .unapplied(["009_bloom"])])
      try await target.run(newer, .core, "core")
      #expect(try await work().isEmpty)
      #expect(
        try await newer.outstanding(part: .core, schema: "none", on: target.connection)
          == [.schemaMissing])
    }
  }

  @Test("A part that someone else is migrating is for later")
  func busy() async throws {
    try await TargetDatabase.with { target in
      let other = try await TargetDatabase.open(target.url)
      let (high, low) = PackSession.lockKey("memory-auth:schema:auth")
      try await other.query("select pg_advisory_lock($1::int4, $2::int4)", [high, low])
      let runner = PackRunner(try .builtIn(textSearch: .gin))
      let error = try await packError { try await target.run(runner, .auth, "auth") }
      #expect(error.kind == .busy)
      #expect(error.isTransient)
      await other.close()
    }
  }

  @Test("The lock's key is the app's")
  func lockKey() {
    // sha256 of the text , by sha256sum, starts with these eight bytes.
    let (high, low) = PackSession.lockKey("memory-core:schema:core")
    #expect(high == .integer(Int64(Int32(bitPattern: 0x38e02d9c))))
    #expect(low == .integer(Int64(Int32(bitPattern: 0x1bf3a3a3))))
  }

  @Test("What a file sets does not outlive the run, whatever the caller had set")
  func settings() async throws {
    try await TargetDatabase.with { target in
      var files = PackFiles.builtIn
      files["auth/migrate/idempotent/900_set.sql"] = """
        set search_path = auth; set work_mem = '1MB'; set local timezone = 'Asia/Tokyo';
        reset lock_timeout; create role pack_tester_\(target.connection.backend.pid);
        set role pack_tester_\(target.connection.backend.pid); reset role;
        """
      try await target.execute("set lock_timeout = '7s'")
      let sql = """
        select concat_ws(' ', current_setting('search_path'), current_setting('work_mem'),
          current_setting('timezone'), current_setting('lock_timeout'), current_user) as value
        """
      let before = try await target.text(sql)
      try await target.run(PackRunner(try files.pack()), .auth, "auth")
      #expect(try await target.text(sql) == before)
      try await target.execute("drop role pack_tester_\(target.connection.backend.pid)")
    }
  }

  @Test("A file that commits is caught")
  func commits() async throws {
    try await TargetDatabase.with { target in
      var files = PackFiles.builtIn
      files["auth/migrate/incremental/900_x.sql"] = "commit"
      let pack = try files.pack()
      let error = try await packError { try await target.run(PackRunner(pack), .auth, "auth") }
      #expect(error.kind == .transactionEnded)
    }
  }

  @Test("A schema that no pack made is left alone")
  func foreignSchema() async throws {
    try await TargetDatabase.with { target in
      let runner = PackRunner(try .builtIn(textSearch: .gin))
      for sql in ["create schema auth", "create table auth.version (version text, at timestamptz)"]
      {
        try await target.execute(sql)
        let error = try await packError { try await target.run(runner, .auth, "auth") }
        #expect(error.kind == .foreignSchema)
      }
    }
  }

  @Test("An extension that is missing, or not where it must be, is refused with a way out")
  func extensions() async throws {
    try await TargetDatabase.with { target in
      let error = try await packError {
        try await target.run(PackRunner(try .builtIn()), .core, "core")
      }
      #expect(error.kind == .extensionUnavailable)
      #expect(error.description.contains("--text-search gin"))
      try await target.execute("create schema elsewhere; create extension citext schema elsewhere")
      let misplaced = try await packError {
        try await target.run(PackRunner(try .builtIn()), .auth, "auth")
      }
      #expect(misplaced.message.contains("in the schema elsewhere"))
    }
  }

  @Test("A role that may not create an extension learns who may; schemas belong to their maker")
  func roles() async throws {
    try await TargetDatabase.with { target in
      let role = "pack_maker_\(target.connection.backend.pid)"
      try await target.execute("create role \(role); set session authorization \(role)")
      let runner = PackRunner(try .builtIn(textSearch: .gin))
      let error = try await packError { try await target.run(runner, .auth, "auth") }
      #expect(error.kind == .extensionUnavailable)
      #expect(error.cause?.code == .insufficientPrivilege)
      try await target.execute(
        """
        reset session authorization; create extension citext schema public;
        do $$ begin execute format('grant create on database %I to \(role)', current_database()); end $$;
        set session authorization \(role)
        """)
      try await target.run(runner, .auth, "auth")
      #expect(
        try await target.text(
          "select relowner::regrole::text as value from pg_class where oid = 'auth.users'::regclass"
        )
          == role)
      try await target.execute(
        "reset session authorization; drop owned by \(role); drop role \(role)")
    }
  }

  @Test("Extensions that the owner may not create are created by a superuser who acts as it")
  func superuserActsAsOwner() async throws {
    try await TargetDatabase.with { target in
      let role = "pack_owner_\(target.connection.backend.pid)"
      try await target.execute(
        """
        create role \(role);
        do $$ begin execute format('grant create on database %I to \(role)', current_database()); end $$;
        set role \(role)
        """)
      try await target.provision(try .builtIn(textSearch: .gin))
      #expect(
        try await target.texts(
          """
          select distinct relowner::regrole::text as value from pg_class
          where relnamespace in ('auth'::regnamespace, 'core'::regnamespace)
          """) == [role])
      #expect(try await target.text("select current_user as value") == role)
      try await target.execute(
        "reset role; drop owned by \(role) cascade; drop role \(role)")
    }
  }

  @Test("A pack of the app that needs pg_textsearch names the option that leaves it out")
  func ginWithoutVariant() async throws {
    try await TargetDatabase.with { target in
      var files = PackFiles.builtIn
      let variants = "space/migrate/incremental/004_text_search"
      files["\(variants).sql"] = files["\(variants).bm25.sql"]
      files["\(variants).gin.sql"] = nil
      files["\(variants).bm25.sql"] = nil
      let pack = try files.pack()
      let error = try await packError { try await target.provision(pack) }
      #expect(error.message == "access method \"bm25\" does not exist")
      #expect(error.hint?.contains("Leave --text-search gin out") == true)
    }
  }

  @Test("auth and core, provisioned at once, both find their extensions")
  func together() async throws {
    try await TargetDatabase.with { target in
      let runner = PackRunner(try .builtIn(textSearch: .gin))
      let second = TargetDatabase(
        connection: try await TargetDatabase.open(target.url), url: target.url)
      async let auth: Void = target.run(runner, .auth, "auth")
      async let core: Void = second.run(runner, .core, "core")
      _ = try await (auth, core)
    }
  }

  @Test("A server older than PostgreSQL 18 is refused")
  func oldServer() async throws {
    try await TestServers.withCluster(try .fifteen()) { cluster in
      let url = cluster.url(database: "postgres")
      let target = TargetDatabase(connection: try await TargetDatabase.open(url), url: url)
      let runner = PackRunner(try .builtIn(textSearch: .gin))
      let error = try await packError { try await target.run(runner, .auth, "auth") }
      #expect(error.kind == .serverTooOld)
      await target.connection.close()
    }
  }
}
