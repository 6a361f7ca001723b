import LocalServers
import PostgresLink
import Synchronization
import Testing

@Suite("CopyLane: from a real source to a real target")
struct CopyLaneTests {
  /// A source of `rows` numbers and an empty target, with an open lane between.
  func withLane(
    rows: Int, constraint: String = "",
    _ body: @Sendable (CopyLane, TestDatabases) async throws -> Void
  ) async throws {
    try await TestServers.withDatabases([.shard, .target]) { databases in
      try await databases.servers.shard.run(
        "create table t as select i, repeat('x', i % 5000) as s from generate_series(1, \(rows)) i",
        database: databases.name)
      try await databases.servers.target.run(
        "create table t (i int \(constraint), s text); create table fence (held bool)",
        database: databases.name)
      let lane = CopyLane(name: "lane", pacer: nil)
      _ = try await lane.open(
        source: try ConnectionSettings(name: "shard", connectionString: databases.shardURL),
        target: try ConnectionSettings(name: "target", connectionString: databases.targetURL),
        applicationName: "lane", targetScript: "", stop: try StopSignal())
      try await body(lane, databases)
    }
  }

  func request(fence: String = "insert into public.fence values (true) returning held")
    -> CopyRequest
  {
    CopyRequest(
      operation: "copying",
      sourceScript: """
        \(readOnlySnapshot); select count(*) as rows from public.t;
        copy (select i, s from public.t) to stdout (format binary); commit
        """,
      columns: 2
    ) { rows throws(PostgresError) in
      "begin; \(fence); copy public.t (i, s) from stdin (format binary)"
    }
  }

  func count(_ databases: TestDatabases, _ table: String = "t") async throws -> String? {
    try await databases.servers.target.rows(
      "select count(*) from \(table)", database: databases.name
    ).first?.first
  }

  @Test(arguments: [0, 1, 20_000])
  func everyRowArrivesOnce(_ rows: Int) async throws {
    try await withLane(rows: rows) { lane, databases in
      let isRead = Atomic(false)
      let progress = CopyProgress { isRead.store(true, ordering: .releasing) }
      let outcome = try await lane.copy(request(), progress: progress)
      #expect(outcome.rows == rows)
      #expect(try outcome.sourceRows.first?.integer("rows") == Int64(rows))
      #expect(try await count(databases) == "\(rows)")
      #expect(progress.rows == rows && progress.bytes == outcome.bytes)
      let heard = isRead.load(ordering: .acquiring)
      #expect(heard)
    }
  }

  @Test func aFenceThatReturnsNoRowWritesNothing() async throws {
    try await withLane(rows: 10) { lane, databases in
      let lost = request(fence: "insert into public.fence select true where false returning held")
      let failure = await #expect(throws: CopyFailure.self) {
        try await lane.copy(lost, progress: CopyProgress())
      }
      guard case .fenced = failure else { throw NotFenced() }
      #expect(try await count(databases) == "0")
      #expect(await !lane.isOpen, "both sessions are dropped after any failure")
    }
  }

  struct NotFenced: Error {}

  @Test func aRefusedRowTakesFenceAndRowsBack() async throws {
    try await withLane(rows: 5_000, constraint: "check (i <> 4321)") { lane, databases in
      let failure = await #expect(throws: CopyFailure.self) {
        try await lane.copy(request(), progress: CopyProgress())
      }
      guard case .refused(let error) = failure else { throw NotFenced() }
      #expect(error.code == .checkViolation)
      #expect(error.constraint == "t_i_check")
      #expect(error.schema == "public" && error.table == "t")
      #expect(try await count(databases) == "0")
      #expect(try await count(databases, "fence") == "0")
    }
  }

  // A search for refused rows is made of hundreds of refusals: each must cost round trips, not logins.
  @Test func sessionsOutliveARefusal() async throws {
    try await withLane(rows: 5_000, constraint: "check (i <> 4321)") { lane, databases in
      let before = try await backends(of: lane)
      await #expect(throws: CopyFailure.self) {
        try await lane.copy(request(), progress: CopyProgress())
      }
      #expect(await lane.isOpen)
      try await databases.servers.target.run(
        "alter table t drop constraint t_i_check", database: databases.name)
      let outcome = try await lane.copy(request(), progress: CopyProgress())
      #expect(outcome.rows == 5_000)
      #expect(try await backends(of: lane) == before)
      #expect(try await count(databases) == "5000")
    }
  }

  @Test func trialsInOneSnapshotUndoThemselves() async throws {
    try await withLane(rows: 10, constraint: "check (i <> 7)") { lane, databases in
      _ = try await lane.run(readOnlySnapshot, on: .source)
      let known = try await lane.run("select count(*) as rows from public.t", on: .source)
      #expect(try known.first?.integer("rows") == 10)
      _ = try await lane.run("begin; savepoint trial", on: .target)
      // Not seen by the snapshot.
      try await databases.servers.shard.run("delete from t", database: databases.name)
      let left = try await lane.copy(trial("i < 7"), progress: CopyProgress())
      #expect(left.rows == 6)
      let failure = await #expect(throws: CopyFailure.self) {
        try await lane.copy(trial("i > 6"), progress: CopyProgress())
      }
      guard case .refused = failure else { throw NotFenced() }
      let right = try await lane.copy(trial("i > 7"), progress: CopyProgress())
      #expect(right.rows == 3)
      _ = try await lane.run("rollback to savepoint trial; commit", on: .target)
      #expect(try await count(databases) == "0")
    }
  }

  // On a session that has lost its transaction, a trial would commit itself.
  @Test func aTrialOutsideOfItsTransactionWritesNothing() async throws {
    try await withLane(rows: 10) { lane, databases in
      let failure = await #expect(throws: CopyFailure.self) {
        try await lane.copy(trial("true", begins: true), progress: CopyProgress())
      }
      guard case .postgres(let error) = failure else { throw NotFenced() }
      #expect(error.code == SQLState("25P01"))
      #expect(try await count(databases) == "0")
    }
  }

  private func trial(_ condition: String, begins: Bool = false) -> CopyRequest {
    CopyRequest(
      operation: "trying",
      sourceScript: (begins ? "\(readOnlySnapshot); " : "")
        + "copy (select i, s from public.t where \(condition)) to stdout (format binary)",
      columns: 2, ending: .leaveOpen
    ) { _ throws(PostgresError) in
      "rollback to savepoint trial; copy public.t (i, s) from stdin (format binary)"
    }
  }

  private func backends(of lane: CopyLane) async throws -> [Int64] {
    var pids: [Int64] = []
    for side in [SessionSide.source, .target] {
      let asked = try await lane.run(
        "\(readOnlySnapshot); select pg_backend_pid() as pid", on: side)
      for row in asked { pids.append(try row.integer("pid")) }
      _ = try await lane.run("rollback", on: side)
    }
    return pids
  }

  // What goes wrong before the target takes rows is not about the rows.
  @Test func anErrorOfTheSourceOrOfTheFenceIsNoRefusal() async throws {
    try await withLane(rows: 10) { lane, _ in
      let failure = await #expect(throws: CopyFailure.self) {
        try await lane.copy(request(fence: "select 1 / 0"), progress: CopyProgress())
      }
      guard case .postgres(let error) = failure else { throw NotFenced() }
      #expect(error.code == SQLState("22012"))
      #expect(await !lane.isOpen)
    }
  }

  @Test func rowsLargerThanAnyBufferPass() async throws {
    try await withLane(rows: 3) { lane, databases in
      // Rows of 16 MB: more than any socket buffer, so the lane has to wait for the target.
      try await databases.servers.shard.run(
        "update t set s = repeat('y', 16000000)", database: databases.name)
      let outcome = try await lane.copy(request(), progress: CopyProgress())
      #expect(outcome.bytes > 48_000_000)
      #expect(try await count(databases) == "3")
    }
  }
}
