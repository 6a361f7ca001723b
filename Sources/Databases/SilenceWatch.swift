import Foundation
import JobModel
import PostgresLink

/// Finds dead links that TCP's timers miss because a proxy still acknowledges for the server:
/// if we wait for the server while `pg_stat_activity` says that the server waits for us, the link is dead.
/// A two-hour index build does not wait for its client, so it is left alone.
package actor SilenceWatch {
  /// The time between two checks. A session that is silent in two checks in a row is closed, within 30 s in
  /// all.
  private static let interval = Duration.seconds(5)
  private static let silenceMax = Duration.seconds(15)

  private let sessions: DatabaseSessions
  private let report: @Sendable (String) -> Void
  private var suspects: Set<Backend> = []

  /// - Parameter report: called for every link that is closed.
  package init(
    _ sessions: DatabaseSessions, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.sessions = sessions
    self.report = report
  }

  /// Checks repeatedly until its task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      for finding in await look() { report(finding) }
      try? await Task.sleep(for: Self.interval)
    }
  }

  /// Closes dead links and names them. A caller that waits on one of them gets a lost connection.
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

  /// Separates the sessions whose process is gone from those whose process waits for us. A server that does
  /// not answer may recover, so its sessions get a second check.
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
      // A server that answers with an error is alive; a server that does not answer may not be.
      return (gone: [], waited: error.code == nil && error.isTransient ? sessions : [])
    }
  }
}
