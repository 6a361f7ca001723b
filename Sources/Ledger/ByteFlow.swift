import Foundation

/// Bytes that one job has moved between two moments, as evenly as nobody knows better.
struct ByteFlow: Hashable, Sendable {
  /// Nil for the control plane.
  var engine: String?
  var bytes: Int
  var began: Date
  /// Now, of a job in flight.
  var ended: Date

  /// What fell behind `moment`.
  fileprivate func bytes(after moment: Date) -> Double {
    let duration = ended.timeIntervalSince(began)
    guard duration > 0 else { return ended > moment ? Double(bytes) : 0 }
    let within = max(0, ended.timeIntervalSince(max(began, moment)))
    return Double(bytes) * within / duration
  }
}

extension [ByteFlow] {
  /// How fast each engine's bytes have flowed within `window` before `now`, or since the first of these
  /// jobs began, if that is less long ago.
  func bytesPerSecond(window: Duration, now: Date) -> [String?: Double] {
    guard let first = map(\.began).min() else { return [:] }
    let start = Swift.max(first, now.addingTimeInterval(-(window / .seconds(1))))
    let seconds = Swift.max(1, now.timeIntervalSince(start))
    return reduce(into: [:]) { rates, flow in
      rates[flow.engine, default: 0] += flow.bytes(after: start) / seconds
    }
  }
}
