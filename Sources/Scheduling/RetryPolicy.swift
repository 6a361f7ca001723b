/// When a job that met passing trouble is tried again.
package struct RetryPolicy: Hashable, Sendable {
  /// The rest before the second attempt; doubled for each further one.
  package var base: Duration
  /// No rest is longer, nor longer than a quarter of `giveUpAfter`.
  package var cap: Duration
  /// Without any progress anywhere for this long, and after four attempts at least, the run gives up
  /// (`resume` goes on).
  package var giveUpAfter: Duration

  package init(
    base: Duration = .milliseconds(250), cap: Duration = .seconds(15),
    giveUpAfter: Duration = .seconds(15 * 60)
  ) {
    self.base = base
    self.cap = cap
    self.giveUpAfter = giveUpAfter
  }

  /// The rest before the next attempt: exponential, with jitter over its upper half so that lanes
  /// which failed together do not come back together.
  ///
  /// - Parameters:
  ///   - failures: consecutive failures so far, at least one.
  ///   - jitter: between 0 and 1.
  package func delay(afterFailures failures: Int, jitter: Double) -> Duration {
    precondition(failures > 0 && (0...1).contains(jitter))
    let full = min(cap, giveUpAfter / 4, base * (1 << min(failures - 1, 20)))
    return full * (0.5 + jitter / 2)
  }
}
