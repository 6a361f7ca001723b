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

  /// How it stands, in one line.
  fileprivate var line: String {
    switch content {
    case .run(let report):
      report.totals.line(report.snapshot, report.timeLeft, state: report.stateName)
    case .engine(let report): report.line
    }
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
  private var last: Subject?

  /// What a line is written about, without what changes by itself.
  private enum Subject: Hashable {
    case run(RunTotals, ProcessState)
    case engine(EngineStatus, ProcessState)

    init(_ content: StatusPage.Content) {
      switch content {
      case .run(let report): self = .run(report.totals, report.processState)
      case .engine(let report):
        var engine = report.engine
        engine.bytesPerSecond = 0
        self = .engine(engine, report.status.processState)
      }
    }
  }

  init(isRedrawing: Bool) {
    self.isRedrawing = isRedrawing
  }

  mutating func output(for page: StatusPage) throws -> String {
    if isRedrawing { return "\u{1B}[H\u{1B}[2J" + page.screen }
    let subject = Subject(page.content)
    guard subject != last else { return "" }
    last = subject
    if page.isJSON { return try page.text(isOneLine: true) }
    return Figures.moment(page.status.snapshot.takenAt) + "  " + page.line.printable + "\n"
  }
}
