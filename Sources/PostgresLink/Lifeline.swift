import Foundation
import Glibc
import Synchronization

/// The parts of a session that other tasks may use while it is blocked: the time since when it has waited
/// for its server, and the means to end that wait.
///
/// A link can die silently: TCP's own timers miss it if a proxy still answers for the server. Only the server
/// can tell that it waits for us while we wait for it.
package final class Lifeline: Sendable {
  /// A wait for the server, as it can be seen from this end.
  package struct Wait: Sendable, Equatable {
    /// When it began: whatever passes over the link ends it, and what is missing still begins another.
    package var since: ContinuousClock.Instant
    /// Bytes in the socket that the peer has not acknowledged.
    package var unacknowledged: Int
    /// Bytes of the statement that is waited for. They may all be on their way, in a buffer in between.
    package var statementBytes: Int
  }

  private struct State {
    var socket: CInt?
    var waitingSince: ContinuousClock.Instant?
    var heard = ContinuousClock.now
    var statementBytes = 0
  }

  private let state = Mutex(State())

  /// The session's wait for its server; nil while it does not wait.
  package var wait: Wait? {
    state.withLock { state in
      guard let socket = state.socket, let since = state.waitingSince else { return nil }
      return Wait(
        since: since, unacknowledged: unacknowledgedBytes(socket),
        statementBytes: state.statementBytes)
    }
  }

  /// The moment at which the link last moved a byte that the session waited for.
  package var heard: ContinuousClock.Instant { state.withLock { $0.heard } }

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

  /// Must be called before the socket is closed, because its number may belong to another session afterwards.
  func closed() { state.withLock { $0 = State() } }

  /// A statement of this size goes out.
  func sends(_ bytes: Int) { state.withLock { $0.statementBytes = bytes } }

  func beginWaiting() { state.withLock { $0.waitingSince = .now } }

  /// - Parameter heard: whether the wait ended because the link took or brought something.
  func endWaiting(heard: Bool) {
    state.withLock { state in
      state.waitingSince = nil
      if heard { state.heard = .now }
    }
  }
}

/// Zero where the system does not say.
private func unacknowledgedBytes(_ socket: CInt) -> Int {
  var count: CInt = 0
  return ioctl(socket, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
}
