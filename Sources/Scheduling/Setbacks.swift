/// What attempts that met passing trouble say of the run as a whole. Pure: it knows the moments that it is
/// given, and no clock.
struct Setbacks: Sendable {
  private let policy: RetryPolicy
  /// When an attempt last was committed, or met passing trouble.
  private var lastEnd = Duration.zero
  /// Time without progress in which attempts were made.
  private var tried = Duration.zero
  /// Attempts that failed since the last one that was committed.
  private var inARow = 0
  /// How often everything was held back since then, and when that began last.
  private var holds = 0
  private var heldAt: Duration?
  /// A server that is away fails every job in turn: while nothing succeeds, all of them rest until this
  /// moment.
  private(set) var heldUntil = Duration.zero

  /// So many in a row may be these jobs' own trouble.
  private static let alone = 4

  init(policy: RetryPolicy) {
    self.policy = policy
  }

  /// Nothing has moved for so long, and often enough it was tried: time to give up.
  var isHopeless: Bool { tried >= policy.giveUpAfter }

  /// An attempt was committed.
  mutating func succeeded(at now: Duration) {
    let held = heldUntil
    self = Setbacks(policy: policy)
    (lastEnd, heldUntil) = (now, held)
  }

  /// An attempt met passing trouble. It counts for a quarter of the time at most, however long it, or the
  /// machine's sleep before it, took: nothing is given up before it was tried four times.
  mutating func failed(at now: Duration) {
    tried += min(now - lastEnd, policy.giveUpAfter / 4)
    lastEnd = now
  }

  /// Until when the job of an attempt that failed rests; afterwards `heldUntil` says whether all do.
  ///
  /// An attempt from before the last hold met the same trouble as those that led to it: it makes the next
  /// hold no longer, and its job rests no longer than theirs.
  ///
  /// - Parameters:
  ///   - begun: when the attempt began.
  ///   - failures: of this job in a row, at least one.
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
