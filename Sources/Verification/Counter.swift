import Synchronization

/// A number that several tasks add to.
final class Counter: Sendable {
  private let value = Mutex(0)

  /// Returns the sum so far.
  @discardableResult
  func add(_ number: Int) -> Int {
    value.withLock { value in
      value += number
      return value
    }
  }
}
