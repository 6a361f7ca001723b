import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import PostgresLink
import SchemaPack

/// One showing of `status`.
struct StatusPage: Sendable {
  enum Content: Sendable {
    case run(StatusReport)
    case engine(EngineReport)
  }

  var content: Content
  var options: StatusReport.TextOptions
  var style: Style
  /// Of the screen, where there is one.
  var rows: Int?
  var isJSON: Bool

  var status: StatusReport {
    switch content {
    case .run(let report): report
    case .engine(let report): report.status
    }
  }

  /// The whole of it, ending its last line.
  func text(isOneLine: Bool) throws -> String {
    if isJSON {
      return switch content {
      case .run(let report): try JSONText.of(StatusJSON(report), isOneLine: isOneLine) + "\n"
      case .engine(let report): try JSONText.of(EngineJSON(report), isOneLine: isOneLine) + "\n"
      }
    }
    return lines(options).map { $0 + "\n" }.joined()
  }

  /// The beginning of it, no higher than the screen.
  var screen: String {
    var options = options
    options.linesMax = rows.map { $0 - 1 }
    return lines(options).prefix(options.linesMax ?? .max).joined(separator: "\n") + "\n"
  }

  private func lines(_ options: StatusReport.TextOptions) -> [String] {
    let lines =
      switch content {
      case .run(let report): report.lines(options)
      case .engine(let report): report.lines(options)
      }
    return lines.rendered(columns: options.columns, style: style)
  }
}

/// What `status --watch` writes at each look: the screen drawn over, or, into a pipe, a line whenever
/// something changed.
struct StatusWatch {
  var isRedrawing: Bool
  private var last: RunTotals?

  init(isRedrawing: Bool) {
    self.isRedrawing = isRedrawing
  }

  mutating func output(for page: StatusPage) throws -> String {
    if isRedrawing { return "\u{1B}[H\u{1B}[2J" + page.screen }
    let status = page.status
    let totals = status.totals
    guard totals != last else { return "" }
    last = totals
    if page.isJSON { return try page.text(isOneLine: true) }
    return Figures.moment(status.snapshot.takenAt) + "  "
      + totals.line(status.snapshot, status.timeLeft) + "\n"
  }
}
