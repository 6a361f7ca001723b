import Foundation

/// The ledger's one notion of time: whole microseconds since 1970 in UTC, exact as an integer column.
extension Date {
  var microseconds: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }

  init(microseconds: Int64) {
    self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
  }
}
