import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import SchemaPack
import Verification

/// `verify --json`. Keys are never left out: what does not apply is null.
struct VerifyJSON: Encodable {
  var runId: String
  var passed: Bool
  var deep: Bool
  var elapsedSeconds: Double
  /// Of deep comparison: statements and answers, both sources and target.
  var comparedBytes: Int
  var checks: [Check]

  struct Check: Encodable {
    /// Stable; `title` is for people.
    var name: String
    var title: String
    var passed: Bool
    var looked: Int
    var findingsTotal: Int
    /// At most 1,000 of them.
    var findings: [Finding]
    var notesTotal: Int
    /// Differences that a rule explains, and what was left out on purpose; at most 1,000.
    var notes: [Finding]
    @OrNull var remedy: String?
  }

  struct Finding: Encodable {
    @OrNull var engine: String?
    @OrNull var row: String?
    @OrNull var column: String?
    @OrNull var rule: String?
    var message: String
  }
}

extension VerifyJSON {
  init(_ report: VerifyReport) {
    runId = report.run.uuidString.lowercased()
    passed = report.checks.isPassed
    deep = report.isDeep
    elapsedSeconds = report.elapsed / .seconds(1)
    comparedBytes = report.bytes
    checks = report.checks.all.map(Check.init)
  }
}

extension VerifyJSON.Check {
  init(_ check: VerifyCheck) {
    self.init(
      name: check.subject.rawValue, title: check.subject.title, passed: check.isPassed,
      looked: check.looked, findingsTotal: check.findingsTotal,
      findings: check.findings.map(VerifyJSON.Finding.init), notesTotal: check.notesTotal,
      notes: check.notes.map(VerifyJSON.Finding.init),
      remedy: check.isPassed ? nil : check.subject.remedy)
  }
}

extension VerifyJSON.Finding {
  init(_ finding: VerifyFinding) {
    self.init(
      engine: finding.engine, row: finding.row, column: finding.column, rule: finding.rule,
      message: finding.message)
  }
}
