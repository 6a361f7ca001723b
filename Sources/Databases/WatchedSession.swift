import JobModel
import PostgresLink
import Synchronization

/// A session on which a caller may be waiting.
struct WatchedSession: Sendable {
  var role: DatabaseRole
  var backend: Backend
  var line: Lifeline
}

/// The open sessions of this process.
final class OpenSessions: Sendable {
  private let sessions = Mutex<[WatchedSession]>([])

  func add(_ session: WatchedSession) {
    sessions.withLock { $0.append(session) }
  }

  /// The sessions that have waited longer than `limit`; forgets the closed ones.
  func waiting(longerThan limit: Duration) -> [WatchedSession] {
    sessions.withLock { sessions in
      sessions.removeAll { !$0.line.isOpen }
      return sessions.filter { $0.line.waiting.map { $0 > limit } ?? false }
    }
  }
}
