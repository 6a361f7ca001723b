import CLibPQ
import Foundation
import LocalServers
import Testing

@testable import PostgresLink

@Suite("Sessions with a real server")
struct SessionTests {
  func open(
    _ url: String, side: SessionSide = .target, stop: StopSignal? = nil
  ) async throws -> PostgresConnection {
    try await PostgresConnection.open(
      try ConnectionSettings(name: "target", connectionString: url), side: side,
      applicationName: "test", stop: try stop ?? StopSignal())
  }

  @Test func textsSurviveTheWayThereAndBack() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let connection = try await open(databases.targetURL)
      let texts = [
        "", "it's", "back\\slash", "a\"b", "{x,y}", "NULL", "%s {{z}}", "é😀\n\t", ":'v'",
      ]
      let bound = try await connection.query(
        "select t from unnest($1::text[]) with ordinality u (t, n) order by n",
        [.textArray(texts)])
      #expect(try bound.map { try $0.text("t") } == texts)
      for text in texts {
        let quoted = try await connection.script("select \(quoteLiteral(text)) as t")
        #expect(try quoted.last?.first?.text("t") == text)
      }
    }
  }

  @Test func theNextHostIsTriedWhereOneRefusesOrIsAStandby() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let target = databases.servers.target
      // Nobody listens on the discard port; and the third is asked only if the second does not do.
      let connection = try await open(
        "host=127.0.0.1,127.0.0.1 port=9,\(target.port) dbname=\(databases.name) user=postgres "
          + "password=\(target.password) target_session_attrs=read-write")
      #expect(connection.identity.address == "127.0.0.1:\(target.port)/\(databases.name)")
      let error = await #expect(throws: PostgresError.self) {
        try await open("host=127.0.0.1,127.0.0.1 port=9,10 dbname=x user=y")
      }
      #expect(error?.isTransient == true)
    }
  }

  @Test func aStandbyIsPreferredWhereverItIsInTheList() async throws {
    try await TestServers.withCluster { primary in
      try await TestServers.withStandby(of: primary) { standby in
        let setting =
          "host=127.0.0.1,127.0.0.1 port=\(primary.port),\(standby.port) dbname=postgres "
          + "user=postgres password=\(primary.password) target_session_attrs=prefer-standby"
        #expect(try await open(setting, side: .readOnlyTarget).identity.isInRecovery)
        try await standby.stop()
        #expect(try await !open(setting, side: .readOnlyTarget).identity.isInRecovery)
      }
    }
  }

  @Test(.enabled(if: PQlibVersion() >= 160_000, "older ones do not know the setting"))
  func hostsAreBalancedOneByOneToo() throws {
    let list = (1...20).map { "host\($0)" }
    let settings = try ConnectionSettings(
      name: "target",
      connectionString: "host=\(list.joined(separator: ",")) load_balance_hosts=random")
    let orders = (1...20).map { _ in settings.hosts.map { $0.options.first?.value } }
    #expect(Set(orders).count > 1)
    #expect(orders.allSatisfy { Set($0) == Set(list) })
  }

  @Test(arguments: [
    "postgresql://app:Ab/canary@db.example/app", "postgresql://app:p@canary@db.example/app",
    "postgresql://app:1/canary@db.example/app", "host=postgresql://app:canary@x",
  ])
  func aPasswordThatSpillsOverIsRefusedAndNotShown(url: String) throws {
    let error = #expect(throws: PostgresError.self) {
      try ConnectionSettings(name: "target", connectionString: url)
    }
    #expect(error?.kind == .settings)
    #expect("\(try #require(error))".lowercased().contains("percent-encode"))
    #expect(!"\(try #require(error))".contains("canary"))
  }

  @Test func noticesAreCountedAndToldApart() async throws {
    try await TestServers.withDatabases { databases in
      let connection = try await open(databases.targetURL)
      try await connection.script(
        """
        do $$ begin
          raise notice 'build started';
          raise notice 'no longer fits' using detail = 'it takes longer';
          for i in 1..1500 loop raise notice 'too long' using errcode = '54000'; end loop;
        end $$
        """)
      let notices = await connection.takeNotices()
      let started = ServerNotice(code: .successfulCompletion, message: "build started")
      let memory = ServerNotice(
        code: .successfulCompletion, message: "no longer fits", detail: "it takes longer")
      let words = ServerNotice(code: .programLimitExceeded, message: "too long")
      #expect(notices == [started: 1, memory: 1, words: 1500])
      #expect(notices.keys.filter(\.isInformational) == [started])
      #expect(await connection.takeNotices().isEmpty)
    }
  }

  @Test func aSourceSessionCannotWrite() async throws {
    try await TestServers.withDatabases([.shard]) { databases in
      let connection = try await open(databases.shardURL, side: .source)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.script("\(readOnlySnapshot); create table t (i int)")
      }
      #expect(error?.code == .readOnlyTransaction)
    }
  }

  @Test func aSourceSessionReadsInReadOnlySnapshotsAlone() async throws {
    try await TestServers.withDatabases { databases in
      let connection = try await open(databases.shardURL, side: .source)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.query("select 1")
      }
      #expect(error?.kind == .protocolViolation)
      #expect(error?.message.contains("was not sent") == true)
    }
  }

  @Test func aSourceSessionThatHasEndedItsSnapshotNeedsAnother() async throws {
    try await TestServers.withDatabases { databases in
      let connection = try await open(databases.shardURL, side: .source)
      try await connection.script(readOnlySnapshot)
      #expect(try await connection.query("select 1 as one").first?.integer("one") == 1)
      try await connection.script("commit")
      await #expect(throws: PostgresError.self) { try await connection.query("select 1") }
    }
  }

  @Test func anErrorLeavesTheSessionUsable() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let connection = try await open(databases.targetURL)
      let error = await #expect(throws: PostgresError.self) {
        try await connection.query("select 1/0", operation: "dividing")
      }
      #expect(error?.code == SQLState("22012"))
      #expect(error?.isTransient == false)
      #expect(error?.operation == "target: dividing")
      #expect(try await connection.query("select 1 as one").first?.integer("one") == 1)
    }
  }

  @Test func timeoutsOfTheRoleAreOverridden() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let target = databases.servers.target
      try await target.run(
        "alter database \(quoteIdentifier(databases.name)) set statement_timeout = '1s'; "
          + "alter database \(quoteIdentifier(databases.name)) set lock_timeout = 0",
        database: databases.name)
      let connection = try await open(databases.targetURL)
      let row = try await connection.query(
        "select current_setting('statement_timeout') as s, current_setting('lock_timeout') as l")
      #expect(row.first?["s"] == "0")
      #expect(row.first?["l"] == "1min", "what somebody has locked is not waited for in silence")
    }
  }

  @Test(arguments: [(SessionSide.source, "0"), (.target, "25000")])
  func aServerCutsNoSourceSessionThatReadsSlowly(side: SessionSide, limit: String) async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let connection = try await open(databases.targetURL, side: side)
      let rows = try await connection.script(
        "\(readOnlySnapshot); select current_setting('tcp_user_timeout') as limit")
      #expect(rows.last?.first?["limit"] == limit)
    }
  }

  @Test func aCancelRequestIsWaitedForAtTheEnd() async throws {
    try await TestServers.withDatabases { databases in
      let server = databases.servers.target
      let link = try FaultyLink(to: server)
      let stop = try StopSignal()
      let connection = try await open(
        server.url(database: databases.name, through: link), stop: stop)
      let sleeping = Task { try await connection.query("select pg_sleep(600)") }
      let pid = connection.backend.pid
      try await eventually("it sleeps") {
        try await server.run("select wait_event from pg_stat_activity where pid = \(pid);")
          == "PgSleep\n"
      }
      link.fallSilent(forGood: true)
      stop.raise()
      let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
      #expect(error?.kind == .interrupted)
      try await eventually("it is asked to give up") { link.isBeingWaitedFor }
      #expect(!CancelRequests.finish(within: .milliseconds(50)), "it has not answered yet")
      link.cutAll()
      #expect(CancelRequests.finish(within: .seconds(600)))
    }
  }

  @Test func noSessionOfOursIsCutByALimitThatCountsAServersWork() throws {
    let settings = try ConnectionSettings(
      name: "target", connectionString: "host=x tcp_user_timeout=25000")
    let said = settings.overrides(applicationName: "test").last { $0.keyword == "tcp_user_timeout" }
    #expect(said?.value == "0")
  }

  @Test func anIdleSessionThatTheServerHasEndedIsNotOpen() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let connection = try await open(databases.targetURL)
      let other = try await open(databases.targetURL)
      try await other.query(
        "select pg_terminate_backend(\(connection.backend.pid), 60000) as is_gone")
      let isOpen = await connection.isOpen
      #expect(!isOpen)
      let isOtherOpen = await other.isOpen
      #expect(isOtherOpen)
    }
  }

  @Test func anIdleSessionWhoseLinkHasDiedIsNotReady() async throws {
    try await TestServers.withDatabases([.shard, .target]) { databases in
      let server = databases.servers.target
      let link = try FaultyLink(to: server)
      let connection = try await open(server.url(database: databases.name, through: link))
      let lane = CopyLane(name: "lane", pacer: nil)
      _ = try await lane.open(
        source: try ConnectionSettings(name: "shard", connectionString: databases.shardURL),
        target: try ConnectionSettings(
          name: "target", connectionString: server.url(database: databases.name, through: link)),
        applicationName: "lane", targetScript: "", stop: try StopSignal())
      let isReady = await connection.isReady(Rest(restMax: .zero))
      let isLaneReady = await lane.isReady(Rest(restMax: .zero))
      #expect(isReady && isLaneReady)

      link.fallSilent()
      let isTrusted = await connection.isReady(Rest(restMax: .seconds(3600)))
      #expect(isTrusted, "it has just answered")
      let short = Rest(restMax: .zero, answerMax: .milliseconds(1))
      let isStillReady = await connection.isReady(short)
      let isLaneStillReady = await lane.isReady(short)
      #expect(!isStillReady && !isLaneStillReady)
      let isOpen = await connection.isOpen
      let isLaneOpen = await lane.isOpen
      #expect(!isOpen && !isLaneOpen, "they are closed")
    }
  }

  @Test func aStopEndsAWaitAtOnce() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let stop = try StopSignal()
      let connection = try await open(databases.targetURL, stop: stop)
      let waiting = Task { try await connection.query("select pg_sleep(600)") }
      stop.raise()
      let error = await #expect(throws: PostgresError.self) { try await waiting.value }
      #expect(error?.kind == .interrupted)
      #expect(await !connection.isOpen)
    }
  }

  @Test func aTerminatedBackendIsATransientLoss() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let connection = try await open(databases.targetURL)
      let killer = try await open(databases.targetURL)
      try await killer.query(
        "select pg_terminate_backend($1::int, 60000)", [.integer(Int64(connection.backend.pid))])
      let error = await #expect(throws: PostgresError.self) {
        try await connection.query("select 1")
      }
      #expect(error?.isTransient == true)
      #expect(await !connection.isOpen)
    }
  }

  @Test func aRefusedLoginNamesItsCodeAndNoSecret() async throws {
    try await TestServers.withDatabases([.target]) { databases in
      let url = databases.servers.target.url(database: databases.name, password: "not-the-password")
      let error = await #expect(throws: PostgresError.self) { try await open(url) }
      #expect(error?.code == .invalidPassword)
      #expect(error?.isTransient == false)
      #expect(error.map { "\($0)" }?.contains("not-the-password") == false)
    }
  }

  @Test func identityTellsDatabasesApart() async throws {
    try await TestServers.withDatabases([.shard, .target]) { databases in
      let target = try await open(databases.targetURL).identity
      let again = try await open(databases.targetURL).identity
      let shard = try await open(databases.shardURL, side: .source).identity
      #expect(target == again)
      #expect(!target.isSameDatabase(as: shard))
      #expect(!again.mayHaveLostCommits(since: target))
    }
  }

  @Test func aConnectionStringThatCannotBeReadIsNotQuoted() {
    let error = #expect(throws: PostgresError.self) {
      try ConnectionSettings(name: "target", connectionString: "postgresql://u:s3cret@[bad")
    }
    #expect(error.map { "\($0)" }?.contains("s3cret") == false)
  }
}
