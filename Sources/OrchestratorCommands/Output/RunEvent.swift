import Foundation
import JobModel

/// Something that happened in a run at work, as its console tells it.
struct RunEvent: Hashable, Sendable {
  enum Kind: String, CaseIterable, Sendable {
    /// Of a job; a committed roster publishes its engine.
    case started, committed, retried, failed, abandoned
    /// Something that the operator must hear of although nothing failed.
    case warning
    /// Anything else.
    case note
  }

  var at: Date
  var kind: Kind
  /// The job's, where none is given.
  var engine: String?
  var job: JobName?
  var rows: Int?
  var bytes: Int?
  /// For people; no row values, no secrets.
  var message: String?
  /// What to do about it.
  var hint: String?

  init(
    _ kind: Kind, engine: String? = nil, job: JobName? = nil, rows: Int? = nil, bytes: Int? = nil,
    message: String? = nil, hint: String? = nil, at: Date = Date()
  ) {
    self.at = at
    self.kind = kind
    self.engine = engine ?? job?.engine
    self.job = job
    self.rows = rows
    self.bytes = bytes
    self.message = message
    self.hint = hint
  }

  /// Why an attempt at `job` ended; `delay` until the next, where there is one.
  init(
    _ kind: Kind, job: JobName, failure: JobFailure, retriedAfter delay: Duration? = nil,
    at: Date = Date()
  ) {
    let code = failure.code.map { failure.message.contains($0) ? "" : " (SQLSTATE \($0))" } ?? ""
    let again = delay.map { "; again in \(Figures.pause($0))" } ?? ""
    self.init(
      kind, job: job, message: failure.message + code + again, hint: failure.hint, at: at)
  }

  /// The engine's space is there for everybody.
  var isPublication: Bool { kind == .committed && job?.kind == .roster }
}

// MARK: Text

extension RunEvent {
  /// `2026-07-01 23:59:59Z  committed  acme/memories/3  1,000 rows  8.1 MB`: one line, whatever happened.
  var line: StyledLine {
    var parts = [isPublication ? "published" : kind.rawValue]
    if let subject = job?.description ?? engine { parts.append(subject) }
    // Other jobs than copies have nothing to count.
    if let rows, rows > 0 || job?.kind == .memories { parts.append(Figures.count(rows, "row")) }
    if let bytes, bytes > 0 { parts.append(Figures.bytes(bytes)) }
    if let message { parts.append(withoutJob(message)) }
    if let hint { parts.append(hint) }
    return StyledLine(Figures.moment(at) + "  ", .quiet)
      + StyledLine(parts.joined(separator: "  "), tint)
  }

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
    message = event.message
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
