import CLibPQ
import Foundation

/// Requests to the servers to give up statements of sessions that are being closed. A server that works on a
/// statement would not notice before its end that nobody waits for it.
///
/// libpq's cancel request is not encrypted. Whoever reads it learns the key of one session that is about to
/// end, and could only end its statement, too. (An encrypted one needs libpq 17, and Debian 12 has 15.)
package enum CancelRequests {
  private static let underWay = DispatchGroup()

  /// Sends a request from a thread of its own: it is a connection by itself, and may block where the link is
  /// dead. The session must be discarded, since the request may hit a later statement.
  static func send(for session: Session) {
    guard let cancel = PQgetCancel(session.handle) else { return }
    let request = CancelRequest(cancel)
    underWay.enter()
    Thread.detachNewThread {
      request.send()
      underWay.leave()
    }
  }

  /// Waits for the requests that are under way, so that the end of the process does not outrun them; false if
  /// some still are. Blocks its thread.
  @discardableResult
  package static func finish(within limit: DispatchTimeInterval = .seconds(5)) -> Bool {
    underWay.wait(timeout: .now() + limit) == .success
  }
}

/// Owns a PGcancel; unchecked because libpq documents PQcancel as safe from another thread.
private final class CancelRequest: @unchecked Sendable {
  private let cancel: OpaquePointer

  init(_ cancel: OpaquePointer) {
    self.cancel = cancel
  }

  /// Returns when the server has taken it.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(cancel, &message, CInt(message.count))
  }

  deinit {
    PQfreeCancel(cancel)
  }
}
