import JobModel
import PostgresLink
import Synchronization

/// A session on which a caller may be waiting.
struct WatchedSession: Sendable {
  var role: DatabaseRole
  var end: SessionEnd
}

/// The open sessions of this process.
final class OpenSessions: Sendable {
  private let sessions = Mutex<[WatchedSession]>([])

  func add(_ session: WatchedSession) {
    sessions.withLock { $0.append(session) }
  }

  /// The sessions with one database; forgets the closed ones.
  func all(of role: DatabaseRole) -> [SessionEnd] {
    sessions.withLock { sessions in
      sessions.removeAll { !$0.end.line.isOpen }
      return sessions.filter { $0.role == role }.map(\.end)
    }
  }
}
