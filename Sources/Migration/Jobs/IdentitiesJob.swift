import Foundation
import JobModel
import Mapping
import PostgresLink

/// `identities`: everyone who can log in, with their accounts and live sessions (I1–I7).
struct IdentitiesJob {
  let environment: JobEnvironment

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    let hasTokenHash = try await columns(of: "auth", "sessions", on: target)["token_hash"] != nil
    let source = try await IdentityReader(settings: environment.settings).read(
      accounts: try await lane.accountsSession(), target: target, hasTokenHash: hasTokenHash)
    let writer = IdentityWriter(plan: source.plan, hasTokenHash: hasTokenHash)
    let warnings = try await write(writer, source, job, target)
    return JobReceipt(rows: source.plan.users.count, warnings: warnings)
  }

  private func write(
    _ writer: IdentityWriter, _ source: IdentityReader.Source, _ job: Job,
    _ target: PostgresConnection
  ) async throws -> [MigrationWarning] {
    try await target.inFencedTransaction(
      job, environment.fenceStatement, rows: source.plan.users.count,
      fingerprint: source.fingerprint, replacing: true
    ) { target in
      let changes = try await writer.write(on: target)
      let warnings = (source.plan.warnings + changes).map { MigrationWarning($0, engine: nil) }
      try await TargetState(target).add(warnings.map { Fact($0, job: job.name) })
      return warnings
    }
  }
}

/// I7: whether the identities' database has changed since the identities job read it.
package struct IdentityDrift {
  private let accounts: PostgresConnection
  private let held: HeldRun

  package init(accounts: PostgresConnection, held: HeldRun) {
    self.accounts = accounts
    self.held = held
  }

  /// Plans the identities job again where it is done and its source has changed; true if it did. To be
  /// called right after taking over, before the plan is read.
  package func planAgainIfMoved() async throws -> Bool {
    let plan = try await TargetState(held.target).readPlan()
    guard let mark = plan.marks[.identities] else { return false }
    let now = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      try await accounts.query(SQL.accountsFingerprint)
    }
    guard try now.first?.text("fingerprint") != mark.fingerprint else { return false }
    try await held.planIdentitiesAgain()
    return true
  }
}
