import Foundation
import JobModel
import LocalServers
import PostgresLink
import Synchronization
import Testing

@testable import Databases

@Suite struct SilenceWatchTests {
  @Test
  func `a copy that a slow link still carries is let through, and one that it does not is cut`()
    async throws
  {
    try await TestServers.withDatabases([.shard, .target]) { databases in
      let (target, name) = (databases.servers.target, databases.name)
      try await databases.servers.shard.run(
        "create table t as select repeat('x', 2000000) as s from generate_series(1, 2)",
        database: name)
      try await target.run("create table t (s text)", database: name)
      let link = try FaultyLink(to: target)
      let sessions = try sessions(databases, target: target.url(database: name, through: link))
      let dead = Mutex<[String]>([])
      let watch = SilenceWatch(sessions, limits: .none) { finding in
        dead.withLock { $0.append(finding) }
      }

      for isSilent in [false, true] {
        let lane = CopyLane(name: "lane", pacer: nil)
        let ends = try await lane.open(
          source: sessions.settings(.shard), target: sessions.settings(.target),
          applicationName: "lane", targetScript: "", stop: sessions.stop)
        sessions.register(.target, ends.target)
        link.holdBack()
        let copy = Task { try await lane.copy(request, progress: CopyProgress()) }
        // The statement passes, and then as little as may be: half a row.
        link.forward(1_000_000)
        try await target.waitForCopy(by: ends.target, in: name, of: 30 * piece)
        try await eventually("all is handed over") {
          ends.target.line.wait?.unacknowledged == 0 && link.held > 2_900_000
        }
        await watch.look(at: .target)
        for pieces in 31..<(isSilent ? 31 : 34) {
          link.forward(piece + 5)
          try await target.waitForCopy(by: ends.target, in: name, of: pieces * piece)
          await watch.look(at: .target)
        }
        #expect(dead.withLock { $0 } == [])
        if isSilent {
          await watch.look(at: .target)
          await #expect(throws: CopyFailure.self) { try await copy.value }
        } else {
          link.forwardAll()
          #expect(try await copy.value.rows == 2)
        }
      }
      #expect(dead.withLock { $0.count } == 1)
    }
  }

  @Test func `a process that another server does not know is not taken for gone`() async throws {
    try await TestServers.withDatabases(DatabaseSide.sources) { databases in
      let (servers, name) = (databases.servers, databases.name)
      for server in [servers.accounts, servers.shard] {
        try await server.run("create role \(name) login password 'known'")
      }
      let link = try FaultyLink(to: servers.shard)
      let url = servers.shard.url(database: name, role: name, password: "known", through: link)
      let dead = Mutex<[String]>([])
      let sessions = try sessions(databases, shard: url)
      let watch = SilenceWatch(sessions, limits: .none) { finding in
        dead.withLock { $0.append(finding) }
      }
      let session = try await sessions.shard("at work")
      try await session.script(readOnlySnapshot)
      let work = Task { try await session.query("select pg_sleep(600)") }
      try await eventually("it is at work") {
        let event = "select wait_event from pg_stat_activity where pid = \(session.backend.pid)"
        return try await servers.shard.rows(event) == [["PgSleep"]]
      }

      link.lead(to: servers.accounts)
      await watch.look(at: .shard)
      await watch.look(at: .shard)
      #expect(dead.withLock { $0 } == [])

      link.lead(to: servers.shard)
      link.fallSilent()
      try await servers.shard.run("select pg_terminate_backend(\(session.backend.pid), 60000)")
      await watch.look(at: .shard)
      #expect(dead.withLock { $0.count } == 1, "its own server knows")
      await #expect(throws: PostgresError.self) { try await work.value }
      for server in [servers.accounts, servers.shard] {
        try await server.run("drop role \(name)")
      }
    }
  }

  private var request: CopyRequest {
    CopyRequest(
      operation: "copying",
      sourceScript: "\(readOnlySnapshot); copy public.t to stdout (format binary); commit",
      columns: 1
    ) { _ throws(PostgresError) in "begin; copy public.t from stdin (format binary)" }
  }

  private func sessions(
    _ databases: TestDatabases, shard: String? = nil, target: String? = nil
  ) throws -> DatabaseSessions {
    DatabaseSessions(
      databases: DatabaseSettings(
        accounts: try .init(name: "accounts", connectionString: databases.accountsURL),
        shard: try .init(name: "shard", connectionString: shard ?? databases.shardURL),
        target: try .init(name: "target", connectionString: target ?? databases.targetURL)),
      names: .command("tests"), owner: nil, stop: try StopSignal())
  }
}

extension SilenceWatch.Limits {
  /// Every wait is looked at, and two looks without a change are enough.
  fileprivate static let none = Self(waitMin: .zero, silenceMax: .zero)
}

/// What a lane sends at a time, after five bytes of framing.
private let piece = 32 * 1024

extension LocalCluster {
  /// Waits until the server has taken so many bytes of a session's COPY.
  fileprivate func waitForCopy(
    by end: SessionEnd, in database: String, of bytes: Int
  ) async throws {
    try await eventually("\(bytes) bytes have come") {
      try await rows(
        """
        select 1 from pg_stat_progress_copy
        where pid = \(end.backend.pid) and bytes_processed >= \(bytes);
        """, database: database
      ).count == 1
    }
  }
}
