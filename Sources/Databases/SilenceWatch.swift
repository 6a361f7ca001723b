import Foundation
import JobModel
import PostgresLink

/// Finds dead links that TCP's timers miss because something in between still acknowledges for the server:
/// if we wait for the server while `pg_stat_activity` says that the server waits for us, the link is dead.
/// A two-hour index build waits for nobody.
package actor SilenceWatch {
  /// A session that is silent at two looks in a row is cut off, within 30 s in all.
  private static let interval = Duration.seconds(5)
  private static let silenceMax = Duration.seconds(15)

  private let sessions: DatabaseSessions
  private let report: @Sendable (String) -> Void
  private var suspects: Set<Backend> = []

  /// - Parameter report: is told of every link that is cut off.
  package init(
    _ sessions: DatabaseSessions, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.sessions = sessions
    self.report = report
  }

  /// Looks again and again until its task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      for finding in await look() { report(finding) }
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// Cuts dead links off and names them; whoever waits on one of them sees a lost connection.
  private func look() async -> [String] {
    let silent = Dictionary(
      grouping: sessions.open.waiting(longerThan: Self.silenceMax), by: \.role)
    var dead: [String] = []
    var suspectsNow: Set<Backend> = []
    for (role, sessions) in silent {
      let verdict = await judge(sessions, of: role)
      for session in verdict.waited where !suspects.contains(session.backend) {
        suspectsNow.insert(session.backend)
      }
      let cut = verdict.gone + verdict.waited.filter { suspects.contains($0.backend) }
      for session in cut {
        session.line.sever()
        dead.append("\(role.rawValue): the link of process \(session.backend.pid) is dead")
      }
    }
    suspects = suspectsNow
    return dead.sorted()
  }

  /// Tells the sessions whose process is gone from those whose process waits for us. A server that answers
  /// nobody may do so again, so its sessions are looked at once more.
  private func judge(
    _ sessions: [WatchedSession], of role: DatabaseRole
  ) async -> (gone: [WatchedSession], waited: [WatchedSession]) {
    do throws(PostgresError) {
      let connection = try await self.sessions.watch(role)
      let rows = try await connection.inReadOnlySnapshot { connection throws(PostgresError) in
        try await connection.query(
          SQL.sessionsWaits, [.integerArray(sessions.map { Int64($0.backend.pid) })])
      }
      await connection.close()
      var waits: [Int: Bool] = [:]
      for row in rows { waits[Int(try row.integer("pid"))] = try row.boolean("waits_for_client") }
      return (
        gone: sessions.filter { waits[$0.backend.pid] == nil },
        waited: sessions.filter { waits[$0.backend.pid] == true }
      )
    } catch {
      // A server that answers with an error is alive; one that answers nobody is not.
      return (gone: [], waited: error.code == nil && error.isTransient ? sessions : [])
    }
  }
}
