import Foundation
import JobModel
import PostgresLink

/// Finds dead links that TCP's timers miss because something in between still acknowledges for the server:
/// if we wait for the server while `pg_stat_activity` says that the server waits for us, and nothing
/// passes, the link is dead. A two-hour index build waits for nobody; a slow link brings something.
package actor SilenceWatch {
  /// What decides how soon a dead link is found.
  struct Limits {
    /// From one look to the next.
    var interval = Duration.seconds(5)
    /// How long a session has to wait before it is looked at.
    var waitMin = Duration.seconds(5)
    /// How long nothing may pass between looks; all in all a dead link is found within 30 s.
    var silenceMax = Duration.seconds(15)
  }

  private let sessions: DatabaseSessions
  private let limits: Limits
  private let report: @Sendable (String) -> Void
  private var suspicions: [DatabaseRole: LinkSuspicions] = [:]

  /// - Parameter report: called for every link that is closed.
  package init(
    _ sessions: DatabaseSessions, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.init(sessions, limits: Limits(), report: report)
  }

  init(
    _ sessions: DatabaseSessions, limits: Limits, report: @escaping @Sendable (String) -> Void
  ) {
    self.sessions = sessions
    self.limits = limits
    self.report = report
  }

  /// Looks again and again until its task is cancelled; a server that answers nobody does not keep the
  /// others waiting.
  package func run() async {
    await withTaskGroup { group in
      for role in DatabaseRole.allCases {
        group.addTask {
          while !Task.isCancelled {
            await self.look(at: role)
            try? await Task.sleep(for: self.limits.interval)
          }
        }
      }
    }
  }

  /// Cuts the dead links with one database off and reports them; whoever waits on one of them sees a lost
  /// connection.
  func look(at role: DatabaseRole) async {
    let now = ContinuousClock.now
    let waiting = sessions.open.all(of: role).compactMap { end in
      end.line.wait.map { WaitingSession(end: end, wait: $0) }
    }.filter { $0.wait.since.duration(to: now) >= limits.waitMin }
    var verdict = Verdict()
    for (place, waiting) in Dictionary(grouping: waiting, by: \.end.place) {
      await judge(waiting, of: role, at: place, &verdict)
    }
    let dead = suspicions[role, default: LinkSuspicions(silenceMax: limits.silenceMax)]
      .look(verdict.suspects, at: now)
    let cut = waiting.map(\.end).filter {
      verdict.gone.contains($0.backend) || dead.contains($0.backend)
    }
    for end in cut.sorted(by: { $0.backend.pid < $1.backend.pid }) {
      end.line.sever()
      report("\(role.rawValue): the link of process \(end.backend.pid) is dead")
    }
  }

  private struct WaitingSession {
    var end: SessionEnd
    var wait: Lifeline.Wait
  }

  private struct Verdict {
    /// Sessions whose process is not there any more.
    var gone: Set<Backend> = []
    /// Sessions whose process waits for us, or whose server answers nobody.
    var suspects: [Backend: LinkSuspicions.Sight] = [:]
  }

  /// Asks the server at one place about the sessions that wait there.
  private func judge(
    _ waiting: [WaitingSession], of role: DatabaseRole, at place: ServerPlace,
    _ verdict: inout Verdict
  ) async {
    let begin = ContinuousClock.now
    do throws(PostgresError) {
      let connection = try await sessions.watch(role, at: place)
      let rows = try await connection.inReadOnlySnapshot { connection throws(PostgresError) in
        try await connection.query(
          SQL.sessionsWaits, [.integerArray(waiting.map { Int64($0.end.backend.pid) })])
      }
      await connection.close()
      let processes = try ServerProcess.read(rows)
      for session in waiting {
        let backend = session.end.backend
        switch processes[backend] {
        case nil:
          if connection.identity.wouldKnow(session.end.identity) { verdict.gone.insert(backend) }
        case .some(let process) where process.waitsForClient:
          verdict.suspects[backend] = .init(wait: session.wait, progress: process.progress)
        default: break
        }
      }
    } catch {
      // A server that answers with an error is alive, and so is one that answers somebody meanwhile, over
      // a link that is busy; one that answers nobody is not.
      guard error.code == nil, error.isTransient,
        !sessions.open.all(of: role).contains(where: { $0.place == place && $0.line.heard > begin })
      else { return }
      for session in waiting {
        verdict.suspects[session.end.backend] = .init(wait: session.wait, progress: nil)
      }
    }
  }
}

/// What a server says of one of its processes.
private struct ServerProcess {
  var waitsForClient: Bool
  /// Changes with every message that reaches or leaves it.
  var progress: String

  static func read(_ rows: [SQLRow]) throws(PostgresError) -> [Backend: ServerProcess] {
    var processes: [Backend: ServerProcess] = [:]
    for row in rows {
      let backend = Backend(
        pid: Int(try row.integer("pid")), start: try row.text("backend_start"))
      processes[backend] = ServerProcess(
        waitsForClient: try row.boolean("waits_for_client"), progress: try row.text("progress"))
    }
    return processes
  }
}

extension DatabaseIdentity {
  /// Whether a process of a session that saw `other` is gone if this server does not know it. Behind one
  /// address there may be several standbys; but a primary that has started anew is the one that was there.
  func wouldKnow(_ other: DatabaseIdentity) -> Bool {
    guard systemIdentifier == other.systemIdentifier else { return false }
    return postmasterStart == other.postmasterStart || !isInRecovery && !other.isInRecovery
  }
}
