import Databases
import JobModel
import PostgresLink

/// Server processes in the target whose sessions were lost and which may still be at work, holding locks
/// and a mark's key. No job begins before they are gone: an attempt must not wait for its predecessor's
/// index build to notice that nobody is there.
package actor LostBackends {
  private let sessions: DatabaseSessions
  private var backends: Set<Backend> = []
  private var ending: Task<Void, any Error>?

  package init(sessions: DatabaseSessions) {
    self.sessions = sessions
  }

  package func add(_ backend: Backend) {
    backends.insert(backend)
  }

  /// Ends them all, and returns when none is left; who asks meanwhile waits for the same. Costs nothing
  /// where there is none.
  package func end() async throws {
    while !backends.isEmpty {
      let task = ending ?? Task { try await endNow() }
      ending = task
      try await task.value
    }
  }

  /// As the role that logged in: another one, though it owns everything, may neither see nor end its
  /// sessions.
  private func endNow() async throws {
    defer { ending = nil }
    let connection = try await sessions.watch(.target)
    for backend in backends {
      let ended = try await connection.query(
        SQL.endBackend, [.integer(Int64(backend.pid)), .text(backend.start)],
        operation: "ending a session of a failed attempt")
      guard try ended.allSatisfy({ row throws(PostgresError) in try row.boolean("ended") }) else {
        throw JobFailure(
          fate: .retry,
          message: "target: process \(backend.pid) of a failed attempt is still at work")
      }
      backends.remove(backend)
    }
    await connection.close()
  }
}
