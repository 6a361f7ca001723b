import Foundation
import Glibc
import Synchronization

/// What others may know of a session that is blocked: since when it has waited for its server, and the
/// means to end that wait.
///
/// A link can die without a word: TCP's own timers do not see it where something in between still answers
/// for the server. Only the server can say that it waits for us while we wait for it.
package final class Lifeline: Sendable {
  private struct State {
    var socket: CInt?
    var waitingSince: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// How long the session has been waiting for its server; nil while it is not.
  package var waiting: Duration? {
    state.withLock { $0.waitingSince.map { $0.duration(to: .now) } }
  }

  /// Ends the wait as a reset by the peer would: the session's owner sees a lost connection.
  package func sever() {
    state.withLock { state in
      guard let socket = state.socket else { return }
      _ = shutdown(socket, CInt(SHUT_RDWR))
    }
  }

  /// Whether the session is connected.
  package var isOpen: Bool { state.withLock { $0.socket != nil } }

  func connected(_ socket: CInt) { state.withLock { $0.socket = socket } }

  /// To be called before the socket is closed: its number may be another session's then.
  func closed() { state.withLock { $0 = State() } }

  func beginWaiting() { state.withLock { $0.waitingSince = .now } }

  func endWaiting() { state.withLock { $0.waitingSince = nil } }
}
