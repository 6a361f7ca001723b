import Foundation
import JobModel
import PostgresLink
import Synchronization

/// A session that a lane waits with.
struct WatchedSession: Sendable {
  var server: WatchedServer
  var backend: Backend
  var line: Lifeline
}

/// Which of the three servers a session is with.
package enum WatchedServer: String, Hashable, Sendable {
  case accounts, shard, target
}

/// What opens sessions that are to be looked after.
protocol WatchedSessions: Sendable {
  /// Every session that was opened, or told of.
  var openSessions: OpenSessions { get }

  /// A session that looks after the others: read-only, as the role that logged in, and soon tired of a
  /// server that does not answer.
  func watch(_ server: WatchedServer) async throws(PostgresError) -> PostgresConnection
}

/// The sessions of this process that are open, as far as anybody has to know.
final class OpenSessions: Sendable {
  private let sessions = Mutex<[WatchedSession]>([])

  func add(_ session: WatchedSession) {
    sessions.withLock { $0.append(session) }
  }

  /// Those that have waited longer than this; forgets the closed ones.
  func waiting(longerThan limit: Duration) -> [WatchedSession] {
    sessions.withLock { sessions in
      sessions.removeAll { !$0.line.isOpen }
      return sessions.filter { $0.line.waiting.map { $0 > limit } ?? false }
    }
  }
}

/// Finds the sessions that wait for a server which waits for them: between the two the link is dead,
/// though somebody may answer for the server, so that TCP's own timers stay quiet. A long statement is
/// told from it by the server's word: a two-hour index build waits for nobody.
package actor SilenceWatch {
  /// What is silent at two looks in a row is cut off, within 30 s in all.
  private static let interval = Duration.seconds(5)
  private static let silenceMax = Duration.seconds(15)

  private let sessions: any WatchedSessions
  private let report: @Sendable (String) -> Void
  private var suspects: Set<Backend> = []

  /// - Parameter report: is told of every link that is cut off.
  init(_ sessions: any WatchedSessions, report: @escaping @Sendable (String) -> Void) {
    self.sessions = sessions
    self.report = report
  }

  /// For the sessions of a run.
  package init(
    factory: SessionFactory, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.init(factory, report: report)
  }

  /// Looks again and again until it is cancelled.
  package func run() async {
    while !Task.isCancelled {
      for finding in await look() { report(finding) }
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// Cuts dead links off, and says which; who waits there then sees a lost connection.
  private func look() async -> [String] {
    let silent = Dictionary(
      grouping: sessions.openSessions.waiting(longerThan: Self.silenceMax), by: \.server)
    var dead: [String] = []
    var suspectsNow: Set<Backend> = []
    for (server, sessions) in silent {
      let verdict = await judge(sessions, of: server)
      for session in verdict.waited where !suspects.contains(session.backend) {
        suspectsNow.insert(session.backend)
      }
      let cut = verdict.gone + verdict.waited.filter { suspects.contains($0.backend) }
      for session in cut {
        session.line.sever()
        dead.append("\(server.rawValue): the link of process \(session.backend.pid) is dead")
      }
    }
    suspects = suspectsNow
    return dead.sorted()
  }

  /// Those whose process is gone, and those whose process waits for us, or whose server answers nobody:
  /// that may pass, so they are looked at once more.
  private func judge(
    _ sessions: [WatchedSession], of server: WatchedServer
  ) async -> (gone: [WatchedSession], waited: [WatchedSession]) {
    do throws(PostgresError) {
      let connection = try await self.sessions.watch(server)
      let rows = try await connection.inSourceSnapshot { connection throws(PostgresError) in
        try await connection.query(
          SQL.orchestratorWaits, [.integerArray(sessions.map { Int64($0.backend.pid) })])
      }
      await connection.close()
      var waits: [Int: Bool] = [:]
      for row in rows { waits[Int(try row.integer("pid"))] = try row.boolean("waits_for_client") }
      return (
        gone: sessions.filter { waits[$0.backend.pid] == nil },
        waited: sessions.filter { waits[$0.backend.pid] == true }
      )
    } catch {
      // A server that answers with an error is alive; one that does not answer anybody is not.
      return (gone: [], waited: error.code == nil && error.isTransient ? sessions : [])
    }
  }
}
