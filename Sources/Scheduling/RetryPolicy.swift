/// The time after which a job with a passing problem is tried again.
package struct RetryPolicy: Hashable, Sendable {
  /// The rest before the second attempt; doubled for each further one.
  package var base: Duration
  /// The longest rest, which is also at most a quarter of `giveUpAfter`.
  package var cap: Duration
  /// The time without any progress after which the run gives up, after at least four attempts. `resume`
  /// continues.
  package var giveUpAfter: Duration

  package init(
    base: Duration = .milliseconds(250), cap: Duration = .seconds(15),
    giveUpAfter: Duration = .seconds(15 * 60)
  ) {
    self.base = base
    self.cap = cap
    self.giveUpAfter = giveUpAfter
  }

  /// The rest before the next attempt: exponential, with jitter over its upper half, so that lanes
  /// that failed together do not return together.
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
