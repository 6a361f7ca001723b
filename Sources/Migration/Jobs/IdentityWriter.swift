import Foundation
import Mapping
import PostgresLink

/// Writes identities, accounts and sessions, inside the identities job's transaction.
struct IdentityWriter {
  let plan: IdentityPlan

  func write(on target: PostgresConnection) async throws(PostgresError) {
    try await writeUsers(on: target)
    try await target.query(
      SQL.identitiesInsertAccounts,
      [
        .uuidArray(plan.accounts.map(\.userID)), .textArray(plan.accounts.map(\.id.providerID)),
        .textArray(plan.accounts.map(\.id.accountID.text)),
        .textArray(plan.accounts.map(\.createdAt.text)),
      ])
    // Without token_hash in the target there are none, and no column to write them to (I3).
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

  private func writeUsers(on target: PostgresConnection) async throws(PostgresError) {
    let ids = SQLValue.uuidArray(plan.users.map(\.id))
    let times = SQLValue.textArray(plan.users.map(\.createdAt.text))
    try await target.query(
      SQL.identitiesInsertUsers,
      [ids, .textArray(plan.users.map(\.email)), .textArray(plan.users.map(\.name)), times])
    try await target.query(
      SQL.identitiesCreatePrincipals, [ids, .textArray(plan.users.map(\.principalName))])
    try await target.query(SQL.identitiesDatePrincipals, [ids, times])
  }
}

private func hexadecimal(_ data: Data) -> String {
  data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
