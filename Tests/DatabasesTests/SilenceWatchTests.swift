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
    try await TestServers.withDatabases { databases in
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
        var arrived = try await target.copied(by: ends.target, in: name, beyond: 0)
        try await eventually("all is handed over") {
          ends.target.line.wait?.unacknowledged == 0 && link.held > 2_900_000
        }
        await watch.look(at: .target)
        for _ in 0..<(isSilent ? 0 : 3) {
          link.forward(100_000)
          arrived = try await target.copied(by: ends.target, in: name, beyond: arrived)
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

  private var request: CopyRequest {
    CopyRequest(
      operation: "copying",
      sourceScript: "begin read only; copy public.t to stdout (format binary); commit", columns: 1
    ) { _ throws(PostgresError) in "begin; copy public.t from stdin (format binary)" }
  }

  private func sessions(
    _ databases: TestDatabases, target: String
  ) throws -> DatabaseSessions {
    DatabaseSessions(
      databases: DatabaseSettings(
        accounts: try .init(name: "accounts", connectionString: databases.accountsURL),
        shard: try .init(name: "shard", connectionString: databases.shardURL),
        target: try .init(name: "target", connectionString: target)),
      names: .command("tests"), owner: nil, stop: try StopSignal())
  }
}

extension SilenceWatch.Limits {
  /// Every wait is looked at, and two looks without a change are enough.
  fileprivate static let none = Self(waitMin: .zero, silenceMax: .zero)
}

extension LocalCluster {
  /// Waits until the server has taken more than so many bytes of a session's COPY.
  fileprivate func copied(
    by end: SessionEnd, in database: String, beyond bytes: Int
  ) async throws -> Int {
    var copied = 0
    try await eventually("more than \(bytes) bytes have come") {
      copied =
        try await rows(
          """
          select coalesce(sum(bytes_processed), 0) from pg_stat_progress_copy
          where pid = \(end.backend.pid);
          """, database: database
        ).first?.first.flatMap { Int($0) } ?? 0
      return copied > bytes
    }
    return copied
  }
}
