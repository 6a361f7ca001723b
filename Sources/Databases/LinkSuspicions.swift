import PostgresLink

/// Tells dead links from slow ones, by what one look after the other has seen of them.
///
/// A link is dead when both of its ends have waited for each other, and nothing has passed, for as long as
/// even the slowest link would have needed to bring something.
struct LinkSuspicions {
  /// What would have changed, had anything passed.
  struct Sight: Equatable {
    /// As our end sees it.
    var wait: Lifeline.Wait
    /// As the server sees it; nil where it answered nobody.
    var progress: String?
  }

  /// For how long nothing has to pass.
  private let silenceMax: Duration
  private var unchanged: [Backend: (sight: Sight, since: ContinuousClock.Instant)] = [:]

  init(silenceMax: Duration) {
    self.silenceMax = silenceMax
  }

  /// A buffer in between may still be sending on what we think is with the server. Of a COPY the server
  /// tells what has come; of other statements only their size says how long that may take.
  private static let bytesPerSecondMin = 64 * 1024

  /// Takes a look at all the sessions of one database that are waiting for a server which is waiting for
  /// them, and returns those whose links are dead.
  mutating func look(
    _ sights: [Backend: Sight], at now: ContinuousClock.Instant
  ) -> Set<Backend> {
    var dead: Set<Backend> = []
    var unchangedNow: [Backend: (sight: Sight, since: ContinuousClock.Instant)] = [:]
    for (backend, sight) in sights {
      var sight = sight
      let before = unchanged[backend]
      // Who heard nothing from the server has heard of no change.
      sight.progress = sight.progress ?? before?.sight.progress
      guard let before, before.sight == sight else {
        unchangedNow[backend] = (sight, now)
        continue
      }
      let transit = Duration.seconds(sight.wait.statementBytes) / Self.bytesPerSecondMin
      if before.since.duration(to: now) >= silenceMax + transit {
        dead.insert(backend)
      } else {
        unchangedNow[backend] = before
      }
    }
    unchanged = unchangedNow
    return dead
  }
}
