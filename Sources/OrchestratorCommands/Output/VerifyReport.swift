import Databases
import Foundation
import JobModel
import Ledger
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// What `verify` says.
struct VerifyReport: Sendable {
  var run: UUID
  var isDeep: Bool
  var checks: VerifyChecks
  var elapsed: Duration
  /// Of deep comparison, on the network.
  var bytes: Int
  /// Added to every command named.
  var ledger = Invocation.current.ledger

  /// - Parameter listsAll: every finding that was kept, instead of the first few of each check.
  func lines(listsAll: Bool = false) -> [StyledLine] {
    let limit = listsAll ? Int.max : 10
    return checks.all.flatMap { lines(of: $0, limit: limit) } + [StyledLine(), conclusion]
  }

  private func lines(of check: VerifyCheck, limit: Int) -> [StyledLine] {
    let title = check.subject.title
    let padding = String(repeating: " ", count: max(1, Self.titleColumns - title.columns))
    var head =
      StyledLine(check.isPassed ? "✓ " : "✗ ", check.isPassed ? .good : .bad)
      + StyledLine(title, .strong) + StyledLine(padding)
    let looked = check.subject.counted(check.looked)
    let found = Figures.count(check.findingsTotal, "finding")
    // What is missing altogether cannot be looked at.
    head += StyledLine(
      check.isPassed ? looked : check.looked > 0 ? "\(found) in \(looked)" : found)
    var lines = [head]
    lines += items(check.findings, of: check.findingsTotal, limit: limit, tint: .plain)
    lines += items(check.notes, of: check.notesTotal, limit: limit, tint: .quiet)
    if !check.isPassed {
      let remedy = NextStep.naming(ledger, in: check.subject.remedy)
      lines.append(StyledLine("    → \(remedy)", .attention))
    }
    return lines
  }

  private func items(
    _ findings: [VerifyFinding], of total: Int, limit: Int, tint: Tint
  ) -> [StyledLine] {
    let shown = findings.prefix(limit)
    var lines = shown.map { finding in
      StyledLine("    \(finding.engine.map { "\($0)  " } ?? "")\(finding.message)", tint)
    }
    if shown.count < total {
      let flag = limit < Int.max && findings.count > limit ? "; --all lists more" : ""
      lines.append(
        StyledLine("    … and \(Figures.count(total - shown.count)) more\(flag)", .quiet))
    }
    return lines
  }

  private var conclusion: StyledLine {
    let failed = checks.all.count { !$0.isPassed }
    let time = Figures.time(elapsed)
    guard failed == 0 else {
      return StyledLine(
        "\(Figures.count(failed)) of \(Figures.count(checks.all.count, "check")) failed (\(time))",
        .bad)
    }
    return StyledLine(
      "all \(Figures.count(checks.all.count, "check")) passed\(isDeep ? ", deep" : "") (\(time))",
      .good)
  }

  private static let titleColumns = 20
}
