import Foundation
import JobModel
import Mapping
import PostgresLink

/// `identities`: everyone who can log in, with their accounts and live sessions (I1–I6).
struct IdentitiesJob {
  let environment: JobEnvironment

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let target = try await lane.target.session()
    let hasTokenHash = try await columns(of: "auth", "sessions", on: target)["token_hash"] != nil
    let plan = try await IdentityReader(settings: environment.settings).read(
      accounts: try await lane.accountsSession(), target: target, hasTokenHash: hasTokenHash)
    let warnings = plan.warnings.map { MigrationWarning($0, engine: nil) }
    try await target.inFencedTransaction(
      job, environment.fenceStatement, rows: plan.users.count
    ) { target in
      try await write(plan, on: target)
      try await TargetState(target).add(warnings.map { Fact($0, job: job.name) })
    }
    return JobReceipt(rows: plan.users.count, warnings: warnings)
  }

  private func write(_ plan: IdentityPlan, on target: PostgresConnection) async throws {
    let users = plan.users
    let ids = SQLValue.uuidArray(users.map(\.id))
    let times = SQLValue.textArray(users.map(\.createdAt.text))
    try await target.query(
      SQL.identitiesInsertUsers,
      [ids, .textArray(users.map(\.email)), .textArray(users.map(\.name)), times])
    try await target.query(
      SQL.identitiesCreatePrincipals, [ids, .textArray(users.map(\.principalName))])
    try await target.query(SQL.identitiesDatePrincipals, [ids, times])
    try await target.query(
      SQL.identitiesInsertAccounts,
      [
        .uuidArray(plan.accounts.map(\.userID)), .textArray(plan.accounts.map(\.id.providerID)),
        .textArray(plan.accounts.map(\.id.accountID.text)),
        .textArray(plan.accounts.map(\.createdAt.text)),
      ])
    guard !plan.sessions.isEmpty else { return }
    try await target.query(
      SQL.identitiesInsertSessions,
      [
        .uuidArray(plan.sessions.map(\.userID)),
        .textArray(plan.sessions.map { hexadecimal($0.tokenHash) }),
        .textArray(plan.sessions.map(\.expiresAt.text)),
        .textArray(plan.sessions.map(\.createdAt.text)),
      ])
  }
}

private func hexadecimal(_ data: Data) -> String {
  data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
