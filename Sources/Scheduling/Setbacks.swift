/// The consequences of passing problems for the whole run. Pure: it knows the moments that it is given,
/// and no clock.
package struct Setbacks: Sendable {
  private let policy: RetryPolicy
  /// The moment of the last attempt that was committed or met a passing problem.
  private var lastEnd = Duration.zero
  /// The time without progress during which attempts were made.
  private var tried = Duration.zero
  /// Attempts that failed since the last one that was committed.
  private var inARow = 0
  /// The number of holds since then, and the beginning of the last one.
  private var holds = 0
  private var heldAt: Duration?
  /// The moment until which all jobs rest while nothing succeeds: an absent server fails every job in turn.
  private(set) var heldUntil = Duration.zero

  /// The number of failures in a row that may be the jobs' own problem.
  private static let alone = 4

  package init(policy: RetryPolicy) {
    self.policy = policy
  }

  /// Whether to give up: nothing has succeeded for the whole time, in enough attempts.
  package var isHopeless: Bool { tried >= policy.giveUpAfter }

  /// Records a committed attempt.
  package mutating func succeeded(at now: Duration) {
    let held = heldUntil
    self = Setbacks(policy: policy)
    (lastEnd, heldUntil) = (now, held)
  }

  /// Records an attempt with a passing problem. It counts for at most a quarter of the time, however long
  /// it took, or the machine slept before it. So nothing is given up before four attempts.
  package mutating func failed(at now: Duration) {
    tried += min(now - lastEnd, policy.giveUpAfter / 4)
    lastEnd = now
  }

  /// The moment until which the job of a failed attempt rests. Afterwards `heldUntil` tells whether all
  /// jobs rest.
  ///
  /// An attempt from before the last hold met the same problem as those that led to the hold. It does not
  /// lengthen the next hold, and its job rests no longer than theirs.
  ///
  /// - Parameters:
  ///   - begun: the moment at which the attempt began.
  ///   - failures: the job's failures in a row, at least one.
  ///   - jitter: between 0 and 1.
  mutating func rest(
    begun: Duration, failures: Int, at now: Duration, jitter: Double
  ) -> Duration {
    let isOld = heldAt.map { begun <= $0 } ?? false
    if !isOld { holdBack(at: now, jitter: jitter) }
    if heldUntil > now { return heldUntil }
    return now + policy.delay(afterFailures: isOld ? 1 : failures, jitter: jitter)
  }

  private mutating func holdBack(at now: Duration, jitter: Double) {
    inARow += 1
    guard inARow > Self.alone else { return }
    holds += 1
    heldAt = now
    heldUntil = now + policy.delay(afterFailures: holds, jitter: jitter)
  }
}
