import Foundation
import JobModel
import Ledger
import Mapping
import Planning
import PostgresLink
import Runs
import Scheduling
import SchemaPack
import Verification

// MARK: Text

extension RunEvent {
  /// `2026-07-01 23:59:59Z  committed  acme/memories/3  1,000 rows  8.1 MB`: one line, whatever happened.
  var line: StyledLine {
    var parts = [isPublication ? "published" : kind.rawValue]
    if let subject = job?.description ?? engine { parts.append(subject) }
    // Other jobs than copies have nothing to count.
    if let rows, rows > 0 || job?.kind == .memories { parts.append(Figures.count(rows, "row")) }
    if let bytes, bytes > 0 { parts.append(Figures.bytes(bytes)) }
    if let message {
      parts.append(withoutJob(message) + (delay.map { "; again in \(Figures.pause($0))" } ?? ""))
    }
    if let hint { parts.append(hint) }
    return StyledLine(Figures.moment(at) + "  ", .quiet)
      + StyledLine(parts.joined(separator: "  "), tint)
  }

  /// The problem that another attempt will meet again if it lasts: every job meets a server that is away.
  var retriedCause: String? { kind == .retried ? message.map(withoutJob) : nil }

  /// Errors name their job themselves; a line that begins with it need not say it twice.
  private func withoutJob(_ message: String) -> String {
    guard let job else { return message }
    return String(message.trimmingPrefix("\(job): ").trimmingPrefix(": "))
  }

  /// Whether a person who watches the bars wants to read it as well.
  var matters: Bool {
    switch kind {
    case .started, .abandoned: false
    case .committed: job?.engine == nil || isPublication
    case .retried, .failed, .warning, .note: true
    }
  }

  private var tint: Tint {
    switch kind {
    case .failed: .bad
    case .retried, .warning: .attention
    case .committed: isPublication ? .good : .plain
    case .started, .abandoned, .note: .plain
    }
  }
}

// MARK: JSON

/// One line of `--log-format json`. Keys are never left out.
struct RunEventJSON: Encodable {
  var at: Date
  var kind: String
  @OrNull var engine: String?
  @OrNull var job: String?
  @OrNull var rows: Int?
  @OrNull var bytes: Int?
  @OrNull var message: String?
  @OrNull var hint: String?

  init(_ event: RunEvent) {
    at = event.at
    kind = event.isPublication ? "published" : event.kind.rawValue
    engine = event.engine
    job = event.job?.description
    rows = event.rows
    bytes = event.bytes
    message = event.message.map { message in
      message + (event.delay.map { "; again in \(Figures.pause($0))" } ?? "")
    }
    hint = event.hint
  }
}

/// Between the events, every ten seconds: how far everything is.
struct RunProgressJSON: Encodable {
  var at: Date
  var kind = "progress"
  var totals: StatusJSON.Totals
  /// Index builds at work.
  var building: [JobJSON]
}
