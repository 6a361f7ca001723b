import Glibc
import Synchronization

/// Makes every wait of every session that was given it end at once, with `.interrupted`.
///
/// A pipe whose reading end all sessions poll beside their sockets; it is written once and never
/// drained, so that it stays raised.
package final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)
  private let readingEnd: CInt
  private let writingEnd: CInt

  /// Throws where the process has no file descriptors left.
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
