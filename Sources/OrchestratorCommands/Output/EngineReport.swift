import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// What `status --engine` knows: one engine with its jobs and its latest events.
struct EngineReport: Sendable {
  var status: StatusReport
  var engine: EngineStatus
  /// In the order in which they run: space, memories, index, roster.
  var jobs: [JobRecord]
  /// In the order they happened.
  var events: [LedgerEvent]
  var warnings: [MigrationWarning]

  static let eventsMax = 20
  /// Of each rule.
  static let warningsMax = 10

  /// Throws a `CommandError` where the run has no engine of that slug.
  static func read(_ ledger: Ledger, slug: String, ledgerArgument: String) async throws
    -> EngineReport
  {
    let status = try await StatusReport.read(ledger)
    guard let engine = status.snapshot.engines.first(where: { $0.engine.slug == slug }) else {
      throw CommandError(
        .usage, "the run has no engine \(slug.printable)",
        hint: "orchestrator status\(ledgerArgument) --all lists the slug of every engine.")
    }
    return EngineReport(
      status: status, engine: engine, jobs: inOrder(try await ledger.jobs(engine: slug)),
      events: try await ledger.events(engine: slug, limit: eventsMax),
      warnings: try await ledger.warnings().filter { $0.engine == slug })
  }
}

extension EngineReport {
  /// By kind, and of one kind as planned.
  private static func inOrder(_ jobs: [JobRecord]) -> [JobRecord] {
    JobKind.allCases.flatMap { kind in jobs.filter { $0.job.name.kind == kind } }
  }
}

// MARK: Text

extension EngineReport {
  func lines(_ options: StatusReport.TextOptions) -> [StyledLine] {
    let parts = [
      header(options), jobLines(options), warningLines(options), eventLines(options),
    ]
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [StyledLine()]))
  }

  /// How it stands, in one line.
  var line: String {
    let percent = Figures.percent(
      engine.rowsDone, of: engine.rowsTotal, isDone: engine.engine.state == .done)
    var parts = [
      "\(Figures.count(engine.rowsDone)) of \(Figures.count(engine.rowsTotal, "row")) (\(percent))",
      "\(Figures.count(engine.jobsDone)) of \(Figures.count(engine.jobsTotal, "job")) done",
    ]
    if let phase = engine.phase { parts.insert(phase.rawValue, at: 0) }
    if engine.bytesPerSecond > 0 { parts.append(Figures.rate(engine.bytesPerSecond)) }
    if engine.retries > 0 {
      parts.append(Figures.count(engine.retries, "retry", plural: "retries"))
    }
    if let reason = engine.engine.reason { parts.append(reason) }
    return "\(engine.engine.slug) \(status.name(of: engine.engine.state)): "
      + parts.joined(separator: ", ")
  }

  private func header(_ options: StatusReport.TextOptions) -> [StyledLine] {
    let record = engine.engine
    let first =
      StyledLine(record.slug + "  ", .strong)
      + StyledLine(status.name(of: record.state), record.state.tint)
      + StyledLine("  \(record.name)")
    let isDone = record.state == .done
    let rows =
      "rows     "
      + Figures.bar(engine.rowsDone, of: engine.rowsTotal, isDone: isDone, columns: 20) + " "
      + Figures.percent(engine.rowsDone, of: engine.rowsTotal, isDone: isDone)
      + "  \(Figures.count(engine.rowsDone)) of \(Figures.count(engine.rowsTotal, "row")), "
      + "\(Figures.bytes(engine.bytesDone)) of \(Figures.bytes(engine.bytesTotal))"
    let jobs =
      "jobs     \(Figures.count(engine.jobsDone)) of \(Figures.count(engine.jobsTotal)) done"
    return first.folded(to: options.columns)
      + engine.reasonLines(self.jobs.failures, options.columns)
      + StyledLine(rows).folded(to: options.columns) + [StyledLine(jobs)]
  }

  private static let listedMax = 20

  /// Chunks that are done share a line where they are many.
  private func jobLines(_ options: StatusReport.TextOptions) -> [StyledLine] {
    let copied = jobs.filter { $0.job.name.kind == .memories && $0.state == .done }
    guard !options.listsAll, copied.count > Self.listedMax else {
      return table(of: jobs, options).lines(columns: options.columns)
    }
    let others = jobs.filter { $0.job.name.kind != .memories || $0.state != .done }
    let rows = Figures.count(copied.map(\.rows).reduce(0, +), "row")
    let bytes = Figures.bytes(copied.map(\.bytes).reduce(0, +))
    return table(of: others, options).lines(columns: options.columns)
      + [
        StyledLine("done", JobState.done.tint)
          + StyledLine("  \(Figures.count(copied.count, "chunk")), \(rows), \(bytes)"),
        StyledLine("--all lists each of them", .quiet),
      ]
  }

  private func table(of jobs: [JobRecord], _ options: StatusReport.TextOptions) -> TextTable {
    TextTable(
      columns: [
        TextTable.Column(title: "job", sacrifice: 2, columnsMin: 16),
        TextTable.Column(title: "state"),
        TextTable.Column(title: "ids up to", sacrifice: 0, columnsMin: 13, isOptional: true),
        TextTable.Column(title: "rows", isRight: true),
        TextTable.Column(title: "size", isRight: true),
        TextTable.Column(title: "tries", isRight: true),
        TextTable.Column(title: "began (UTC)", sacrifice: 1, columnsMin: 8, isOptional: true),
        TextTable.Column(title: "took", isRight: true),
      ], rows: jobs.map { row($0, options.columns) })
  }

  private func row(_ record: JobRecord, _ columns: Int) -> TextTable.Row {
    let name = record.job.name
    let short = name.description.dropFirst(engine.engine.slug.count + 1)
    let isCounted =
      [.done, .running].contains(record.state) && (name.kind == .memories || record.rows > 0)
    let took = record.state == .pending ? nil : record.elapsed(at: status.snapshot.takenAt)
    return TextTable.Row(
      cells: [
        String(short), status.name(of: record.state),
        name.kind == .memories
          ? record.job.range.hi?.uuidString.lowercased() ?? "the end" : Figures.unknown,
        isCounted ? Figures.count(record.progress?.rows ?? record.rows) : Figures.unknown,
        isCounted && name.kind == .memories
          ? Figures.bytes(record.progress?.bytes ?? record.bytes) : Figures.unknown,
        Figures.count(record.attempts), record.startedAt.map(Figures.moment) ?? Figures.unknown,
        took.map(Figures.time) ?? Figures.unknown,
      ],
      tints: [1: record.state.tint],
      below: buildLine(record) + failureLines(record, columns))
  }

  private func buildLine(_ record: JobRecord) -> [StyledLine] {
    guard let progress = record.progress, let phase = progress.phase else { return [] }
    return [StyledLine("    \(phase) \(Figures.percent(progress.percent))")]
  }

  /// An error that a later attempt overcame is history, and looks like it.
  private func failureLines(_ record: JobRecord, _ columns: Int) -> [StyledLine] {
    guard let failure = record.failure else { return [] }
    if record.state == .failed { return failure.lines(columns) }
    return StyledLine.wrapped(
      "before: " + failure.message, .attention, columns: columns, indent: 4)
  }

  /// Equal ones once; the first of them, or all.
  private func warningLines(_ options: StatusReport.TextOptions) -> [StyledLine] {
    WarningGroup.groups(of: warnings).flatMap { group in
      let shown = group.messages.prefix(options.listsAll ? .max : Self.warningsMax)
      let hidden = group.count - shown.map(\.count).reduce(0, +)
      return [StyledLine("warnings of \(group.rule)", .attention)]
        + shown.flatMap { $0.lines(columns: options.columns) }
        + (hidden > 0
          ? [StyledLine("    … \(Figures.count(hidden)) more; --all lists each", .quiet)] : [])
    }
  }

  private func eventLines(_ options: StatusReport.TextOptions) -> [StyledLine] {
    guard !events.isEmpty else { return [] }
    return [StyledLine("latest events (UTC)", .quiet)]
      + events.flatMap {
        StyledLine($0.line, $0.kind == .failed ? .bad : .plain).folded(to: options.columns)
      }
  }
}

extension JobState {
  fileprivate var tint: Tint {
    switch self {
    case .pending: .quiet
    case .running: .strong
    case .done: .good
    case .failed: .bad
    }
  }
}

extension LedgerEvent {
  /// `2026-07-01 23:59:59Z  committed  memories/3  1,000 rows, 8.1 MB`.
  fileprivate var line: String {
    var parts = [Figures.moment(at), kind.rawValue]
    if let job { parts.append(job.description) }
    if let rows, rows > 0 { parts.append(Figures.count(rows, "row")) }
    if let bytes, bytes > 0 { parts.append(Figures.bytes(bytes)) }
    if let detail { parts.append(detail) }
    return parts.joined(separator: "  ")
  }
}

// MARK: JSON

/// `status --engine SLUG --json`: the run, and this one engine with its jobs and events.
struct EngineJSON: Encodable {
  var run: StatusJSON.Run
  var engine: StatusJSON.Engine
  var jobs: [JobJSON]
  /// The latest, oldest first.
  var events: [Event]
  var warnings: [Warning]

  struct Event: Encodable {
    var at: Date
    var epoch: Int
    var kind: String
    @OrNull var job: String?
    @OrNull var rows: Int?
    @OrNull var bytes: Int?
    @OrNull var detail: String?
  }

  struct Warning: Encodable {
    var rule: String
    @OrNull var row: String?
    var message: String
  }

  init(_ report: EngineReport) {
    run = StatusJSON(report.status).run
    engine = StatusJSON.Engine(report.engine, isAtWork: report.status.process != nil)
    jobs = report.jobs.map(JobJSON.init)
    events = report.events.map {
      Event(
        at: $0.at, epoch: $0.epoch, kind: $0.kind.rawValue, job: $0.job?.description,
        rows: $0.rows, bytes: $0.bytes, detail: $0.detail)
    }
    warnings = report.warnings.map { Warning(rule: $0.rule, row: $0.row, message: $0.message) }
  }
}
