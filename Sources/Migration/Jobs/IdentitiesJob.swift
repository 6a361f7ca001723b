import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// `identities`: all identities with their accounts and live sessions (I1–I7).
struct IdentitiesJob {
  let fence: FenceStatement
  /// I6: names for identities whose email cannot serve as one, by identity id.
  let userNames: [String: String]

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    let hasTokenHash = try await columns(of: "auth", "sessions", on: target)["token_hash"] != nil
    // A name that a resume passed replaces an earlier one.
    let names = userNames.merging(try await RunTables(target).readControlFacts().userNames()) { $1 }
    let source = try await IdentityReader(userNames: names).read(
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
      job, fence, rows: source.plan.users.count,
      fingerprint: source.fingerprint, replacing: true
    ) { target in
      let changes = try await writer.write(on: target)
      try await RunTables(target).forgetRefusals()
      let warnings = (source.plan.warnings + changes).map { MigrationWarning($0, engine: nil) }
      try await RunTables(target).add(warnings.map { Fact($0, job: job.name) })
      return warnings
    }
  }
}
