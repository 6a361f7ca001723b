import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import Verification

/// What `preflight` says: one value with a text and a JSON face.
struct PreflightReport: Sendable {
  var checks: [PreflightCheck]

  /// Whether `start` would refuse.
  var isFailed: Bool { checks.contains(where: \.isFailed) }

  /// Whether the only failures are servers that cannot be reached now.
  var isUnreachable: Bool { isFailed && checks.allSatisfy { !$0.isFailed || $0.mayPass } }

  private func count(_ outcome: PreflightCheck.Outcome) -> Int {
    checks.count { $0.outcome == outcome }
  }

  func lines(columns: Int) -> [StyledLine] {
    let failed = count(.failed)
    let warnings = Figures.count(count(.warning), "warning")
    let summary =
      failed == 0
      ? StyledLine("\(Figures.count(checks.count, "check")), \(warnings): start may go on", .good)
      : StyledLine("\(Figures.count(failed)) of \(checks.count) failed, \(warnings)", .bad)
    return checks.flatMap { $0.lines(columns) } + [StyledLine(), summary]
  }
}

extension PreflightCheck {
  fileprivate func lines(_ columns: Int) -> [StyledLine] {
    StyledLine.marked(outcome.mark, "\(title): \(finding)", outcome.tint, columns: columns)
      + StyledLine.wrapped(remedy.map { "→ \($0)" } ?? "", .plain, columns: columns, indent: 4)
  }
}

extension PreflightCheck.Outcome {
  var mark: String {
    switch self {
    case .passed: "✓"
    case .warning: "⚠"
    case .failed: "✗"
    }
  }

  var tint: Tint {
    switch self {
    case .passed: .plain
    case .warning: .attention
    case .failed: .bad
    }
  }
}

/// `preflight --json`.
struct PreflightJSON: Encodable {
  var checks: [Check]
  var failedChecks: Int
  var warnings: Int
  /// `start` would refuse.
  var isFailed: Bool

  struct Check: Encodable {
    var title: String
    /// `passed`, `warning` or `failed`.
    var outcome: String
    var finding: String
    @OrNull var remedy: String?
  }

  init(_ report: PreflightReport) {
    checks = report.checks.map {
      Check(
        title: $0.title, outcome: $0.outcome.rawValue, finding: $0.finding, remedy: $0.remedy)
    }
    failedChecks = report.checks.count(where: \.isFailed)
    warnings = report.checks.count { $0.outcome == .warning }
    isFailed = report.isFailed
  }
}
