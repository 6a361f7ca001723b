import Foundation
import JobModel
import Mapping
import PostgresLink

/// `identities`: everyone who can log in, with their accounts and live sessions (I1–I6).
struct IdentitiesJob {
  let environment: JobEnvironment

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    let plan = try await readPlan(try await lane.accountsSession(), target)
    let warnings = plan.warnings.map { MigrationWarning($0, engine: nil) }
    let facts = warnings.map { Fact($0, job: job.name) }
    let writer = IdentityWriter(plan: plan)
    try await target.inFencedTransaction(
      job, environment.fenceStatement, rows: plan.users.count
    ) { target in
      try await writer.write(on: target)
      try await TargetState(target).add(facts)
    }
    return JobReceipt(rows: plan.users.count, warnings: warnings)
  }

  private func readPlan(
    _ accounts: PostgresConnection, _ target: PostgresConnection
  ) async throws -> IdentityPlan {
    let columns = try await columns(of: "auth", "sessions", on: target)
    return try await IdentityReader(settings: environment.settings).read(
      accounts: accounts, target: target, hasTokenHash: columns["token_hash"] != nil)
  }
}
