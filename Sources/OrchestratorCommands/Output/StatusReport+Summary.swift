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
  /// Memories of published engines; what lies in others nobody sees yet.
  var rowsPublished: Int {
    snapshot.engines.filter { $0.engine.state == .done }.map(\.rowsDone).reduce(0, +)
  }

  /// What a run says at its end. `ledger` is added to every command named.
  func summary(columns: Int, ledger: String) -> [StyledLine] {
    let isComplete = enginesGivenUp.isEmpty
    let conclusion =
      isComplete ? "complete: every row is committed and counted" : "not complete"
    return [StyledLine(outcome, .strong)]
      + rejectedLines(columns: columns) + warnings.lines(columns: columns, ledger: ledger)
      + enginesGivenUp.flatMap { givenUpLines($0, columns) }
      + [StyledLine(conclusion, isComplete ? .good : .bad)]
      + NextStep.sentences(self, ledger: ledger).flatMap {
        StyledLine.wrapped($0, .strong, columns: columns, indent: 0)
      }
  }

  private var outcome: String {
    let totals = self.totals
    let rows = Figures.count(rowsPublished, "memory", plural: "memories")
    return
      "\(Figures.count(totals.enginesDone)) of \(Figures.count(totals.enginesTotal, "engine")) "
      + "published with \(rows), \(enginesGivenUp.count) failed, "
      + "\(snapshot.engineCount(.skipped)) skipped"
  }

  private func givenUpLines(_ status: EngineStatus, _ columns: Int) -> [StyledLine] {
    var status = status
    var failures = self.failures[status.engine.slug] ?? []
    let mark = "✗ \(status.engine.slug): "
    status.engine.reason = mark + (status.engine.reason ?? "")
    if !failures.isEmpty { failures[0].message = mark + failures[0].message }
    return status.reasonLines(failures, columns)
  }
}

/// The last line of `--log-format json`, once nothing is left to run. Keys are never left out.
struct RunSummaryJSON: Encodable {
  var at: Date
  var kind = "summary"
  /// Of the run, as in `status --json`.
  var state: String
  var isComplete: Bool
  var totals: StatusJSON.Totals
  /// Memories of published engines.
  var rowsPublished: Int
  /// Those that failed or drifted.
  var enginesFailed: [Engine]
  var enginesSkipped: [Engine]
  var warnings: [StatusJSON.Warning]
  /// M4: rows set aside, of each engine that has any.
  var rejectedRows: [RejectedRows]
  @OrNull var rejectedRowsFile: String?
  /// What to do, a sentence each.
  var next: [String]

  struct Engine: Encodable {
    var slug: String
    var state: String
    @OrNull var reason: String?
    /// Of its jobs, each once.
    var errors: [ErrorJSON]
  }

  struct RejectedRows: Encodable {
    var engine: String
    var rows: Int
  }

  init(_ report: StatusReport, ledger: String) {
    let snapshot = report.snapshot
    func engines(_ chosen: [EngineStatus]) -> [Engine] {
      chosen.map { status in
        Engine(
          slug: status.engine.slug, state: status.engine.state.rawValue,
          reason: status.engine.reason,
          errors: (report.failures[status.engine.slug] ?? []).map(ErrorJSON.init))
      }
    }
    at = snapshot.takenAt
    state = snapshot.run.state.rawValue
    isComplete = report.enginesGivenUp.isEmpty
    totals = StatusJSON.Totals(snapshot, timeLeft: nil)
    rowsPublished = report.rowsPublished
    enginesFailed = engines(report.enginesGivenUp)
    enginesSkipped = engines(snapshot.engines.filter { $0.engine.state == .skipped })
    warnings = report.warnings.map(StatusJSON.Warning.init)
    rejectedRows = snapshot.engines.filter { $0.rejectedRows > 0 }
      .map { RejectedRows(engine: $0.engine.slug, rows: $0.rejectedRows) }
    rejectedRowsFile = snapshot.rejectedRows > 0 ? report.rejectedRowsFile : nil
    next = NextStep.sentences(report, ledger: ledger)
  }
}
