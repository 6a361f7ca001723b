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
import Verification

extension StatusReport {
  /// Beyond so many, the engines of a state that needs nobody's attention share one line.
  private static let listedMax = 100

  /// The table of engines. Those at work or in trouble have a line each, whatever their number.
  func engineLines(_ options: TextOptions) -> [StyledLine] {
    let groups = Dictionary(grouping: engines, by: \.engine.state)
    let summed =
      options.listsAll ? [] : Self.quiet.filter { groups[$0, default: []].count > Self.listedMax }
    let listed = engines.filter { !summed.contains($0.engine.state) }
    let table = TextTable(
      columns: Self.columns,
      rows: listed.map { row(of: $0, options.columns) })
    let sums = summed.map { $0.summary(of: groups[$0, default: []]) }
    guard !sums.isEmpty else { return table.lines(columns: options.columns) }
    return table.lines(columns: options.columns) + sums
      + [StyledLine("--all lists each of them", .quiet)]
  }

  private static let quiet: [EngineState] = [.pending, .done, .skipped]

  /// Where the screen is narrow, what a person acts upon stays the longest: engine, state, rows, retries
  /// and warnings.
  private static let columns = [
    TextTable.Column(title: "engine", sacrifice: 1, columnsMin: 12),
    TextTable.Column(title: "name", sacrifice: 0, columnsMin: 6, isOptional: true),
    TextTable.Column(title: "state"),
    TextTable.Column(title: "phase", sacrifice: 3, columnsMin: 8, isOptional: true),
    TextTable.Column(title: "rows", isRight: true),
    TextTable.Column(title: "%", isRight: true, sacrifice: 4, columnsMin: 4, isOptional: true),
    TextTable.Column(title: "rate", isRight: true, sacrifice: 2, columnsMin: 9, isOptional: true),
    TextTable.Column(title: "retries", isRight: true),
    TextTable.Column(title: "warnings", isRight: true),
  ]
}

extension StatusReport {
  private func row(of status: EngineStatus, _ columns: Int) -> TextTable.Row {
    status.row(
      state: name(of: status.engine.state), failures: failures[status.engine.slug] ?? [], columns)
  }
}

extension EngineStatus {
  fileprivate func row(
    state: String, failures: [RecordedFailure], _ columns: Int
  ) -> TextTable.Row {
    let isDone = engine.state == .done
    let rows =
      isDone ? Figures.count(rowsDone) : Figures.count(rowsDone) + "/" + Figures.count(rowsTotal)
    return TextTable.Row(
      cells: [
        engine.slug, engine.name, state,
        engine.state == .running || engine.state == .failed
          ? phase?.rawValue ?? Figures.unknown : Figures.unknown,
        engine.state == .skipped ? Figures.unknown : rows,
        engine.state == .skipped
          ? Figures.unknown : Figures.percent(rowsDone, of: rowsTotal, isDone: isDone),
        bytesPerSecond > 0 ? Figures.rate(bytesPerSecond) : Figures.unknown,
        retries > 0 ? Figures.count(retries) : Figures.unknown,
        warnings > 0 ? Figures.count(warnings) : Figures.unknown,
      ],
      tints: [
        2: engine.state.tint, 7: retries > 0 ? .attention : .quiet,
        8: warnings > 0 ? .attention : .quiet,
      ],
      below: reasonLines(failures, columns))
  }

  /// Why it stands as it does, where that needs saying: the failures of its jobs, each with what to do.
  func reasonLines(_ failures: [RecordedFailure], _ columns: Int) -> [StyledLine] {
    guard let reason = engine.reason else { return [] }
    guard engine.state != .skipped, !failures.isEmpty else {
      let tint: Tint = engine.state == .skipped ? .quiet : .bad
      return StyledLine.wrapped(reason, tint, columns: columns, indent: 4)
    }
    let hidden = failures.count - Self.failuresMax
    let more = StyledLine("    … and \(Figures.count(hidden, "more failure"))", .quiet)
    return failures.prefix(Self.failuresMax).lines(columns) + (hidden > 0 ? [more] : [])
  }

  private static let failuresMax = 3
}

extension EngineState {
  var tint: Tint {
    switch self {
    case .pending, .skipped: .quiet
    case .running: .strong
    case .done: .good
    case .failed: .bad
    case .drifted: .attention
    }
  }

  fileprivate func summary(of engines: [EngineStatus]) -> StyledLine {
    let rows = engines.map { self == .done ? $0.rowsDone : $0.rowsTotal }.reduce(0, +)
    let bytes = engines.map { self == .done ? $0.bytesDone : $0.bytesTotal }.reduce(0, +)
    let retries = engines.map(\.retries).reduce(0, +)
    let warnings = engines.map(\.warnings).reduce(0, +)
    var text = "  \(Figures.count(engines.count, "engine"))"
    if self != .skipped { text += ", \(Figures.count(rows, "row")), \(Figures.bytes(bytes))" }
    if retries > 0 { text += ", " + Figures.count(retries, "retry", plural: "retries") }
    if warnings > 0 { text += ", \(Figures.count(warnings, "warning"))" }
    return StyledLine(rawValue, tint) + StyledLine(text)
  }
}
