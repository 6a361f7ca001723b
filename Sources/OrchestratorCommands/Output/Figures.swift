import Databases
import Foundation
import Ledger
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// Numbers as people read them, the same in every place and every locale.
enum Figures {
  /// For what is not known.
  static let unknown = "—"

  /// `12,345`.
  static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// `1 engine`, `2,000 engines`.
  static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// `a, b and 2,000 more`: a list that nobody has to scroll through.
  static func list(_ texts: [String], max: Int = 10) -> String {
    let shown = texts.prefix(max).joined(separator: ", ")
    return texts.count > max ? "\(shown) and \(count(texts.count - max)) more" : shown
  }

  /// `812 B`, `8.1 MB`, `263 MB`: decimal units, as disks and networks have them.
  static func bytes(_ number: Int) -> String {
    var value = Double(number)
    var unit = 0
    // What would be rounded up to 1000 belongs to the next unit.
    while value >= 999.5, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let isShort = unit > 0 && value < 99.95
    return String(format: isShort ? "%.1f" : "%.0f", value) + " " + units[unit]
  }

  /// `8.1 MB/s`.
  static func rate(_ bytesPerSecond: Double) -> String {
    bytes(Int(bytesPerSecond)) + "/s"
  }

  /// `01:23`, from an hour on `1:02:03`; whole seconds, and never below zero.
  static func time(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60)
    return hours > 0
      ? String(format: "%lld:%02lld:%02lld", hours, minutes, rest)
      : String(format: "%02lld:%02lld", minutes, rest)
  }

  /// `0.3 s`, from a minute on `01:23`: for waits, most of which are short.
  static func pause(_ duration: Duration) -> String {
    duration < .seconds(60)
      ? String(format: "%.1f s", max(0, duration / .seconds(1))) : time(duration)
  }

  /// `2026-07-01 23:59:59Z`.
  static func moment(_ date: Date) -> String {
    date.formatted(.iso8601.dateTimeSeparator(.space))
  }

  /// `61%`: rounded down, so that it never says more than is true; 100 % only when `isDone`, for what
  /// is copied may still wait for its indexes.
  static func percent(_ done: Int, of total: Int, isDone: Bool) -> String {
    if isDone { return "100%" }
    guard total > 0 else { return unknown }
    return "\(Int(min(0.99, max(0, Double(done) / Double(total))) * 100 + 1e-9))%"
  }

  /// A server's own percentage of a phase, rounded down.
  static func percent(_ percent: Double?) -> String {
    percent.map { "\(Int(min(100, max(0, $0))))%" } ?? unknown
  }

  /// `█████░░░`; filled to its end only when `isDone`.
  static func bar(_ done: Int, of total: Int, isDone: Bool, columns: Int) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0
    let filled = isDone ? columns : min(columns - 1, Int(share * Double(columns)))
    return String(repeating: "█", count: filled)
      + String(repeating: "░", count: columns - filled)
  }

  private static let units = ["B", "kB", "MB", "GB", "TB", "PB"]
}
