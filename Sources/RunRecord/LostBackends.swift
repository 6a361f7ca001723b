import Databases
import JobModel
import PostgresLink

/// Server processes in the target whose sessions were lost and which may still be at work, holding locks
/// and a mark's key. A job does not begin again before those of its earlier attempts are gone: it must not
/// wait for its predecessor's index build to notice that nobody is there. Other jobs need not wait.
package actor LostBackends {
  private var backends: [JobName: Set<Backend>] = [:]
  private let endNow: @Sendable (Backend) async throws -> Bool

  package init(sessions: DatabaseSessions) {
    self.init { try await terminate($0, sessions) }
  }

  /// - Parameter endNow: ends a process; false where it is still at work.
  package init(endNow: @escaping @Sendable (Backend) async throws -> Bool) {
    self.endNow = endNow
  }

  package func add(_ backend: Backend, of job: JobName) {
    backends[job, default: []].insert(backend)
  }

  /// Ends those of one job, and returns when none is left. Costs nothing where there is none.
  package func end(of job: JobName) async throws {
    for backend in backends[job] ?? [] {
      guard try await endNow(backend) else {
        throw JobFailure(
          fate: .retry,
          message: "target: process \(backend.pid) of an earlier attempt is still at work")
      }
      backends[job]?.remove(backend)
    }
    backends[job] = nil
  }
}

/// As the role that logged in: another one, though it owns everything, may neither see nor end its sessions.
private func terminate(_ backend: Backend, _ sessions: DatabaseSessions) async throws -> Bool {
  let connection = try await sessions.watch(.target)
  let ended = try await connection.query(
    SQL.endBackend, [.integer(Int64(backend.pid)), .text(backend.start)],
    operation: "ending a session of a failed attempt")
  await connection.close()
  return try ended.allSatisfy { row throws(PostgresError) in try row.boolean("ended") }
}
