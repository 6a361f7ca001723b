import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// Reads both sources, each in one read-only snapshot, and reports what a migration will meet. Needs no
/// target. Takes a few round trips for any number of engines, with 100 of them in memory at a time.
package struct Survey {
  let accounts: PostgresConnection
  let shard: PostgresConnection

  package init(accounts: PostgresConnection, shard: PostgresConnection) {
    self.accounts = accounts
    self.shard = shard
  }

  package func run() async throws(PostgresError) -> SurveyReport {
    var report = SurveyReport(
      accounts: accounts.identity, shard: shard.identity, controlPlane: nil, engines: [],
      findings: [])
    report.findings = databaseFindings(report)
    let gaps = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await SourceColumns.accountsGaps(on: accounts)
        + SourceColumns.orgs.gaps(in: ["accounts"], on: accounts)
    }
    report.findings += gaps.map { SurveyFinding($0, engine: nil) }
    if gaps.isEmpty {
      let control = try await readControlPlane()
      report.controlPlane = control.counts
      report.findings += control.findings
      let engines = try await readEngines(control)
      report.engines = engines.counts
      report.findings += engines.findings
    }
    report.findings = report.findings.inOrder()
    return report
  }

  private func readControlPlane() async throws(PostgresError) -> SurveyedAccounts {
    try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await SurveyedAccounts.read(accounts)
    }
  }

  private func readEngines(
    _ control: SurveyedAccounts
  ) async throws(PostgresError) -> SurveyedEngines {
    try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await ShardSurvey(connection: shard, control: control).run()
    }
  }

  private func databaseFindings(_ report: SurveyReport) -> [SurveyFinding] {
    if !report.areDistinctDatabases {
      return [
        SurveyFinding(
          rule: "source", .blocking, message: "accounts and shard are the same database", ids: [],
          remedy: "Check the connection settings. Cluster and oid identify a database, its name "
            + "does not.")
      ]
    }
    guard !report.areDistinctClusters else { return [] }
    return [
      SurveyFinding(
        rule: "source", .note, message: "accounts and shard are two databases of one cluster",
        ids: [])
    ]
  }
}

extension SurveyFinding {
  /// Findings about a source whose schema is different, or that this role may not read.
  init(_ gap: SourceGap, engine: String?) {
    self.init(
      rule: "source", .blocking, engine: engine, message: gap.message, ids: [gap.schema],
      remedy: gap.remedy)
  }

  /// The mapping's warnings. Equal warnings about one engine become one finding.
  static func findings(_ warnings: [MappingWarning], engine: String) -> [SurveyFinding] {
    Dictionary(grouping: warnings) { WarningKind($0) }.map { kind, all in
      SurveyFinding(
        rule: kind.rule.rawValue, .warning, engine: engine, message: kind.message,
        ids: all.compactMap(\.row), count: all.count)
    }
  }

  /// The mapping's refusals.
  static func findings(_ refusals: [Refusal], engine: String?) -> [SurveyFinding] {
    refusals.map { refusal in
      SurveyFinding(
        rule: refusal.rule.rawValue, .blocking, engine: engine,
        message: refusal.rule == .R6
          ? "Users would all have one name in the target." : refusal.message,
        ids: [refusal.row], remedy: refusal.hint)
    }
  }
}

/// The common text of warnings about several rows, without names, which only R6 contains.
private struct WarningKind: Hashable {
  var rule: Rule
  var message: String

  init(_ warning: MappingWarning) {
    rule = warning.rule
    message =
      warning.rule == .R6
      ? "The name does not fit and will be changed. The run's warning has both names."
      : warning.message
  }
}
