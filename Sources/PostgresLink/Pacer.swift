import Synchronization

/// Limits the rate of all copy lanes together. Each lane asks for the moment at which it may send more.
package final class Pacer: Sendable {
  private let bytesPerSecond: Double
  private let nextFree = Mutex(ContinuousClock.now)

  package init(bytesPerSecond: Int) {
    precondition(bytesPerSecond > 0)
    self.bytesPerSecond = Double(bytesPerSecond)
  }

  /// Books `bytes` and returns the moment at which they may be sent.
  func book(bytes: Int) -> ContinuousClock.Instant {
    nextFree.withLock { free in
      let start = max(free, .now)
      free = start + .seconds(Double(bytes) / bytesPerSecond)
      return start
    }
  }
}
