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

extension StatusReport {
  /// What a person reads: how the run stands, its engines, and what to do next.
  struct TextOptions: Sendable {
    var columns = Terminal.pipeColumns
    /// Every engine in a line of its own.
    var listsAll = false
    /// What has to be said to every command so that it finds this ledger; empty if nothing.
    var ledgerArgument = ""
    /// As high as the screen; engines give way. Nil: as long as it gets.
    var linesMax: Int?
  }

  func lines(_ options: TextOptions) -> [StyledLine] {
    let above = header.flatMap { $0.folded(to: options.columns) } + [StyledLine()]
    let parts = [
      controlPlaneLines(options), buildLines(options), warningLines(options),
      rejectedLines(columns: options.columns), NextStep.lines(self, options),
    ]
    let below = parts.filter { !$0.isEmpty }.flatMap { [StyledLine()] + $0 }
    let engines = engineLines(options)
    guard let linesMax = options.linesMax, above.count + engines.count + below.count > linesMax
    else { return above + engines + below }
    let room = max(2, linesMax - above.count - below.count - 1)
    let hidden = max(0, engines.count - room)
    let more = StyledLine(
      "… \(Figures.count(hidden, "more line")): orchestrator status\(options.ledgerArgument)",
      .quiet)
    return above + engines.prefix(room) + (hidden > 0 ? [more] : []) + below
  }

  // MARK: The run

  private var header: [StyledLine] {
    let run = snapshot.run
    let id = String(run.identity.id.uuidString.lowercased().prefix(8))
    let first =
      StyledLine("run \(id)  ", .strong) + StyledLine(stateName, stateTint)
      + StyledLine("  ·  " + processPhrase)
    let times =
      "began \(Figures.moment(run.createdAt)), elapsed \(Figures.time(elapsed)), "
      + "at work \(Figures.time(run.worked))"
      + (bytesPerSecondMax.map { ", limited to \(Figures.rate(Double($0)))" } ?? "")
    let place = RunPlace(snapshot)
    let stop = process == nil ? snapshot.stopReason : nil
    return [first, StyledLine(times, .quiet)]
      + (place.target == nil ? [] : [StyledLine(place.text, .quiet)])
      + (stop.map { [StyledLine("why: \($0)", .attention)] } ?? [])
      + [StyledLine()] + totals.lines(snapshot, timeLeft)
  }

  private var processPhrase: String {
    if let process {
      // Who holds the lock is known a moment after it is held.
      let name = process.host.isEmpty ? "a process" : "process \(process.pid) on \(process.host)"
      return name + " is at work"
    }
    let since = snapshot.run.seenAt
    let silence = Figures.time(.seconds(snapshot.takenAt.timeIntervalSince(since)))
    return "no process is at work since \(Figures.moment(since)) (\(silence) ago)"
  }

  private func controlPlaneLines(_ options: TextOptions) -> [StyledLine] {
    guard !snapshot.controlPlane.isEmpty else { return [] }
    let jobs = snapshot.controlPlane.map { "\($0.job.name) \(name(of: $0.state))" }
    let failures = snapshot.controlPlane.filter { $0.state == .failed }.compactMap(\.failure)
    return StyledLine("control plane: " + jobs.joined(separator: ", ")).folded(to: options.columns)
      + failures.flatMap { $0.lines(options.columns) }
  }

  private func buildLines(_ options: TextOptions) -> [StyledLine] {
    guard process != nil else { return [] }
    let table = TextTable(
      columns: [
        TextTable.Column(title: "index build", sacrifice: 1, columnsMin: 20),
        TextTable.Column(title: "phase", sacrifice: 0, columnsMin: 10),
        TextTable.Column(title: "%", isRight: true),
        TextTable.Column(title: "for", isRight: true),
      ],
      rows: snapshot.builds.map { build in
        TextTable.Row(cells: [
          build.job.name.description, build.progress?.phase ?? Figures.unknown,
          Figures.percent(build.progress?.percent),
          build.elapsed(at: snapshot.takenAt).map(Figures.time) ?? Figures.unknown,
        ])
      })
    return table.lines(columns: options.columns)
  }

  /// On a screen that it must fit, the counts alone: engines come first.
  private func warningLines(_ options: TextOptions) -> [StyledLine] {
    options.linesMax == nil
      ? warnings.lines(columns: options.columns, ledger: options.ledgerArgument)
      : warnings.counts(columns: options.columns)
  }

  /// M4: how many rows were set aside, of which engines, and where they are.
  func rejectedLines(columns: Int) -> [StyledLine] {
    guard snapshot.rejectedRows > 0 else { return [] }
    let engines = snapshot.engines.filter { $0.rejectedRows > 0 }
      .map { "\($0.engine.slug) \(Figures.count($0.rejectedRows))" }
    let rows = Figures.count(snapshot.rejectedRows, "row")
    return StyledLine.wrapped(
      "M4: \(rows) set aside that the target refuses (\(engines.joined(separator: ", "))), whole, in",
      .attention, columns: columns, indent: 0)
      + StyledLine.wrapped(rejectedRowsFile, .attention, columns: columns, indent: 2)
  }
}

extension JobRecord {
  /// How long it has been running; nil where nobody knows since when.
  func elapsed(at time: Date) -> Duration? {
    startedAt.map { .seconds(max(0, (finishedAt ?? time).timeIntervalSince($0))) }
  }
}

extension RecordedFailure {
  /// The error and what to do about it, indented, whole.
  func lines(_ columns: Int) -> [StyledLine] {
    let code = sqlState.map { message.contains($0) ? "" : " (SQLSTATE \($0))" } ?? ""
    return StyledLine.wrapped(message + code, .bad, columns: columns, indent: 4)
      + StyledLine.wrapped(hint ?? "", .plain, columns: columns, indent: 4)
  }
}

extension Collection<RecordedFailure> {
  /// Each error; what to do about several is said once, behind the last of them.
  func lines(_ columns: Int) -> [StyledLine] {
    zip(self, dropFirst().map(\.hint) + [nil]).flatMap { failure, nextHint in
      var failure = failure
      if failure.hint == nextHint { failure.hint = nil }
      return failure.lines(columns)
    }
  }
}

extension StyledLine {
  /// `text` in as many lines as it takes, all of them, or all but the first, indented.
  static func wrapped(
    _ text: String, _ tint: Tint, columns: Int, indent: Int
  ) -> [StyledLine] {
    let blanks = String(repeating: " ", count: indent)
    return text.wrapped(to: max(20, columns - indent)).map { StyledLine(blanks + $0, tint) }
  }
}

extension RunState {
  var tint: Tint {
    switch self {
    case .planning, .running: .strong
    case .interrupted, .finishing: .attention
    case .failed: .bad
    case .complete, .finished: .good
    }
  }
}
