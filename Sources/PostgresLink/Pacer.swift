import Synchronization

/// Keeps all copy lanes together below a rate. Each lane asks how long to rest before it sends more.
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
