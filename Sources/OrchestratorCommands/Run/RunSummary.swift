import Ledger

/// The last word of a run: what is there, what is not, and what to do next.
struct RunSummary {
  let ledger: Ledger

  /// In the form of the run's events; as text whole, so that no line of a log is cut.
  func print() async throws {
    let report = try await report()
    let invocation = Invocation.current
    switch invocation.logFormat {
    case .json:
      let summary = RunSummaryJSON(report, ledger: invocation.ledger)
      Terminal.write(try JSONText.of(summary, isOneLine: true) + "\n")
    case .text:
      let isTerminal = Terminal.standardOutput().isTerminal
      Terminal.print { columns in
        report.summary(columns: isTerminal ? columns : .max, ledger: invocation.ledger)
      }
    }
  }

  /// As it stands without this process, which has nothing left to do.
  func report() async throws -> StatusReport {
    var report = try await StatusReport.read(ledger)
    report.process = nil
    return report
  }
}
