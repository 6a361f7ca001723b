/// When bytes arrive that a line of this speed and length takes in. Times are nanoseconds of one clock.
struct PacedDirection: Sendable {
  let bytesPerSecond: Int?
  /// One way.
  let delay: UInt64
  /// When the last of the bytes taken in so far is on the line.
  private var freeAt: UInt64 = 0

  /// How much of the future may be booked: enough for the line never to idle while bytes wait, and little
  /// enough that one connection's bulk does not keep another's short message waiting.
  static let slack: UInt64 = 4_000_000

  init(bytesPerSecond: Int?, delay: UInt64) {
    self.bytesPerSecond = bytesPerSecond
    self.delay = delay
  }

  /// From when on it takes in more.
  var acceptsFrom: UInt64 { freeAt > Self.slack ? freeAt - Self.slack : 0 }

  /// Takes bytes in and returns when the last of them arrives.
  mutating func take(_ bytes: Int, at now: UInt64) -> UInt64 {
    let begin = max(freeAt, now)
    freeAt = begin + (bytesPerSecond.map { UInt64(bytes) * 1_000_000_000 / UInt64($0) } ?? 0)
    return freeAt + delay
  }
}
