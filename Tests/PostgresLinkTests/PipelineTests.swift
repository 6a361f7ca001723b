import Foundation
import LocalServers
import Testing

@testable import PostgresLink

@Suite("Several statements in one round trip")
struct PipelineTests {
  private func open(
    _ url: String, answerMax: Duration? = nil, stop: StopSignal? = nil
  ) async throws -> PostgresConnection {
    try await PostgresConnection.open(
      try ConnectionSettings(name: "target", connectionString: url), side: .target,
      applicationName: "test", answerMax: answerMax, stop: try stop ?? StopSignal())
  }

  private func number(_ expression: String, _ values: [SQLValue] = []) -> Query<Int64> {
    Query("select (\(expression)) as number", values) { rows throws(PostgresError) in
      try rows[0].integer("number")
    }
  }

  @Test func `each question gets its own answers`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let text = "it's; select 'x' \\ é"
      let nothing = Query<Void>([SQLStatement("create table public.t (i int)"), SQLStatement("")])
      let both = Query([SQLStatement("select 1 as a"), SQLStatement("select 2 as a where false")]) {
        all in all.map(\.count)
      }
      let (one, _, texts, counts, many) = try await target.ask(
        together(
          number("$1::int + 1", [.integer(1)]), nothing,
          Query("select $1::text as text, $2::text as none", [.text(text), .null]),
          both.between(
            [SQLStatement("insert into public.t values (7)")], [SQLStatement("select 8")]),
          together((1...3).map { number("select i * \($0) from public.t") })))
      #expect(one == 2 && counts == [1, 0] && many == [7, 14, 21])
      #expect(texts.first?["text"] == text && texts.first?["none"] == nil)
    }
  }

  @Test func `they take one round trip`() async throws {
    try await TestServers.withDatabases { databases in
      let server = databases.servers.target
      let link = try WideAreaLink(to: server)
      let target = try await open(server.url(database: databases.name, through: link))
      let before = link.counters.roundTrips
      let large = String(repeating: "é", count: 1 << 20)
      let questions = (1...40).map {
        number("$1::int * char_length($2)", [.integer($0), .text(large)])
      }
      #expect(try await target.ask(together(questions)).last == 40 << 20)
      try await target.ask(
        Query([SQLStatement("select 1")] + questions.flatMap(\.statements).prefix(5)))
      #expect(link.counters.roundTrips == before + 2)
    }
  }

  @Test func `an error names its statement and ends those that follow`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let statements = [
        SQLStatement("create table public.t (i int)", operation: "creating"),
        SQLStatement("select 1 / $1::int", [.integer(0)], operation: "dividing"),
        SQLStatement("drop table nowhere", operation: "dropping"),
      ]
      let error = await #expect(throws: PostgresError.self) {
        try await target.ask(Query(statements), operation: "all of it")
      }
      #expect(error?.code == SQLState("22012") && error?.completedStatements == 1)
      #expect(error?.operation == "target: dividing")
      #expect(error?.endsSession == false)
      // Without a transaction they are one.
      #expect(
        try await target.ask(number("select count(*) from pg_class where relname = 't'")) == 0)
    }
  }

  @Test func `a transaction that failed commits nothing`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let failing = Query([
        SQLStatement("begin"), SQLStatement("create table public.t (i int)"),
        SQLStatement("select 1 / 0"),
        SQLStatement("commit"),
      ])
      await #expect(throws: PostgresError.self) { try await target.ask(failing) }
      let refused = await #expect(throws: PostgresError.self) { try await target.ask(number("1")) }
      #expect(refused?.code == SQLState("25P02"), "it is left failed, for whoever rolls it back")
      try await target.script("rollback")
      #expect(
        try await target.ask(number("select count(*) from pg_class where relname = 't'")) == 0)
    }
  }

  @Test func `an error at the commit is the commit's`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      try await target.script("create table public.t (i int unique deferrable initially deferred)")
      let twice = SQLStatement("insert into public.t values (1)", operation: "inserting")
      let error = await #expect(throws: PostgresError.self) {
        try await target.ask(
          Query([SQLStatement("begin"), twice, twice, SQLStatement("commit", operation: "ending")]))
      }
      #expect(error?.code == .uniqueViolation && error?.operation == "target: ending")
      let implicit = await #expect(throws: PostgresError.self) {
        try await target.ask(Query([twice, twice]), operation: "both")
      }
      #expect(implicit?.code == .uniqueViolation && implicit?.operation == "target: both")
      #expect(try await target.ask(number("select count(*) from public.t")) == 0)
    }
  }

  @Test func `notices are kept`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let notice = SQLStatement("do $$ begin raise notice 'told'; end $$")
      try await target.ask(Query([notice, SQLStatement("select 1"), notice]))
      #expect(
        await target.takeNotices()
          == [ServerNotice(code: .successfulCompletion, message: "told"): 2])
    }
  }

  @Test func `a cancelled statement ends those that follow`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let other = try await open(databases.targetURL)
      let sleep = Query([
        SQLStatement("select pg_advisory_xact_lock_shared(1)"),
        SQLStatement("select pg_sleep(60)"), SQLStatement("create table public.t ()"),
      ])
      async let sleeping: Void = target.ask(sleep)
      try await eventually("it sleeps") {
        try await other.ask(
          number("select count(*) from pg_locks where locktype = 'advisory' and granted")) > 0
      }
      let pid = SQLValue.integer(Int64(target.backend.pid))
      try await eventually("it is cancelled") {
        _ = try await other.query("select pg_cancel_backend($1::int)", [pid])
        return try await other.ask(
          number(
            "select count(*) from pg_stat_activity where pid = $1::int and state = 'active'", [pid])
        ) == 0
      }
      do {
        try await sleeping
        Issue.record("it was not cancelled")
      } catch let error as PostgresError {
        #expect(error.code == .queryCanceled && error.completedStatements == 1)
      }
      #expect(
        try await target.ask(number("select count(*) from pg_class where relname = 't'")) == 0)
    }
  }

  @Test func `a stop ends the wait at once`() async throws {
    try await TestServers.withDatabases { databases in
      let stop = try StopSignal()
      let target = try await open(databases.targetURL, stop: stop)
      async let waiting = target.ask(Query([SQLStatement("select pg_sleep(60)")]))
      stop.raise()
      do {
        try await waiting
        Issue.record("it went on")
      } catch let error as PostgresError {
        #expect(error.kind == .interrupted)
      }
      #expect(await !target.isOpen)
    }
  }

  @Test func `a link that is cut, or falls silent, is a transient loss`() async throws {
    try await TestServers.withDatabases { databases in
      let server = databases.servers.target
      let link = try FaultyLink(to: server)
      let url = server.url(database: databases.name, through: link)
      let large = Query([
        SQLStatement("select 1"), SQLStatement("select repeat('x', 1000000)"),
        SQLStatement("select 2"),
      ])
      let cut = try await open(url)
      link.arm([.cut(afterBytesFromServer: 100_000)])
      let silent = try await open(url, answerMax: .milliseconds(1))
      for target in [cut, silent] {
        if target === silent { link.fallSilent() }
        let error = await #expect(throws: PostgresError.self) { try await target.ask(large) }
        #expect(error?.isTransient == true && error?.kind == .connectionLost)
        #expect(await !target.isOpen)
      }
    }
  }

  @Test func `a terminated backend is a transient loss`() async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      let error = await #expect(throws: PostgresError.self) {
        try await target.ask(
          Query([
            SQLStatement("select pg_terminate_backend(pg_backend_pid())"), SQLStatement("select 1"),
          ]))
      }
      #expect(error?.isTransient == true)
      #expect(await !target.isOpen)
    }
  }

  @Test(arguments: ["copy pg_catalog.pg_class to stdout", "copy public.t from stdin"])
  func `a COPY closes the session`(copy: String) async throws {
    try await TestServers.withDatabases { databases in
      let target = try await open(databases.targetURL)
      try await target.script("create table public.t (i int)")
      let error = await #expect(throws: PostgresError.self) {
        try await target.ask(
          Query([
            SQLStatement("insert into public.t values (1)"), SQLStatement(copy),
            SQLStatement("select 1"),
          ]))
      }
      #expect(error?.endsSession == true)
      #expect(await !target.isOpen)
      // A COPY to the client ends by itself, so the server may have committed before it hears of the loss.
      guard copy.hasSuffix("stdin") else { return }
      let other = try await open(databases.targetURL)
      #expect(try await other.ask(number("select count(*) from public.t")) == 0)
    }
  }
}
