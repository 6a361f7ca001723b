import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Runs

/// The last word of a run: what is there, what is not, and what to do next.
struct RunSummary {
  let ledger: Ledger

  /// In the form of the run's events. Into a pipe every line is whole: nobody can make a log wider.
  func print() async throws {
    let terminal = Terminal.standardOutput()
    let style = Style(
      isTerminal: terminal.isTerminal, environment: ProcessInfo.processInfo.environment)
    let invocation = Invocation.current
    let text = try await text(
      invocation, columns: terminal.isTerminal ? terminal.columns : .max, style)
    if invocation.logFormat == .json { Terminal.write(text) } else { Terminal.show(text) }
  }

  func text(_ invocation: Invocation, columns: Int, _ style: Style) async throws -> String {
    let report = try await report()
    switch invocation.logFormat {
    case .json:
      let summary = RunSummaryJSON(report, ledger: invocation.ledger)
      return try JSONText.of(summary, isOneLine: true) + "\n"
    case .text:
      return report.summary(columns: columns, ledger: invocation.ledger)
        .rendered(columns: columns, style: style).map { $0 + "\n" }.joined()
    }
  }

  /// As it stands without this process, which has nothing left to do.
  private func report() async throws -> StatusReport {
    try await StatusReport.read(ledger).afterwards
  }
}
