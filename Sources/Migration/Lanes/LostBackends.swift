import PostgresLink
import Synchronization

/// Server processes in the target whose sessions were lost and which may still be at work, holding locks
/// and a mark's key. No job begins before they are gone: an attempt must not wait for its predecessor's
/// index build to notice that nobody is there.
final class LostBackends: Sendable {
  private let backends = Mutex<Set<Backend>>([])
  private let control: ControlSession

  init(control: ControlSession) {
    self.control = control
  }

  func add(_ backend: Backend) {
    backends.withLock { _ = $0.insert(backend) }
  }

  /// Ends them all, and returns when none is left. Costs nothing where there is none.
  func end() async throws {
    for backend in backends.withLock({ $0 }) {
      try await control.end(backend)
      backends.withLock { _ = $0.remove(backend) }
    }
  }
}
