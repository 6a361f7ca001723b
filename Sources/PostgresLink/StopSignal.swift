import Glibc
import Synchronization

/// Ends every wait of all sessions that have it at once, with `.interrupted`.
///
/// It is a pipe whose reading end all sessions poll beside their sockets. It is written once and never
/// drained, so it stays raised.
package final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)
  private let readingEnd: CInt
  private let writingEnd: CInt

  /// Throws if the process has no file descriptors left.
  package init() throws(PostgresError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw PostgresError(
        kind: .settings, message: "no pipe could be made: \(String(cString: strerror(errno)))",
        hint: "Raise the limit on open files (ulimit -n).")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readingEnd)
    close(writingEnd)
  }

  /// Whether it has been raised.
  package var isRaised: Bool { raised.load(ordering: .acquiring) }

  /// Raises it for good. Safe to call from any thread, any number of times.
  package func raise() {
    guard !raised.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 1
    _ = write(writingEnd, &byte, 1)
  }

  /// The descriptor to poll for reading.
  var descriptor: CInt { readingEnd }
}
