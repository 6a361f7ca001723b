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
  /// Looked at this often; what is silent at two looks in a row is cut off, within 30 s in all.
  package static let interval = Duration.seconds(5)
  private static let silenceMax = Duration.seconds(15)

  private let factory: SessionFactory
  private var suspects: Set<Backend> = []

  package init(factory: SessionFactory) {
    self.factory = factory
  }

  /// Cuts dead links off, and says which; their lanes then see a lost connection, and try again.
  package func look() async -> [String] {
    let silent = Dictionary(
      grouping: factory.openSessions.waiting(longerThan: Self.silenceMax), by: \.server)
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
      let connection = try await factory.watch(server)
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
