import Foundation
import Mapping
import PostgresLink

/// Makes identities, accounts and sessions in the target what the plan says, inside the identities job's
/// transaction: on a first run everything is missing there, on a resume what has changed since (I7).
struct IdentityWriter {
  let plan: IdentityPlan
  let hasTokenHash: Bool

  /// Returns what was changed beyond adding what was missing.
  func write(on target: PostgresConnection) async throws(PostgresError) -> [MappingWarning] {
    let present = try await PresentIdentities(on: target, hasTokenHash: hasTokenHash)
    let users = RowDifference(planned: plan.users, present: present.users)
    let accounts = RowDifference(planned: plan.accounts, present: present.accounts)
    let sessions = RowDifference(planned: plan.sessions, present: present.sessions)
    try await delete(
      accounts.changed + accounts.surplus, sessions.changed + sessions.surplus, target)
    let warnings = try await remove(users.surplus, target)
    try await update(users.changed, target)
    try await insert(users.missing, target)
    try await insert(accounts.missing + accounts.changed, target)
    try await insert(sessions.missing + sessions.changed, target)
    return warnings
      + users.changed.map { user in
        MappingWarning(
          rule: .I7, row: user.id.text, message: "This identity has changed since it was copied.")
      }
  }

  private func insert(
    _ users: [IdentityPlan.User], _ target: PostgresConnection
  ) async throws(PostgresError) {
    guard !users.isEmpty else { return }
    let ids = SQLValue.uuidArray(users.map(\.id))
    let times = SQLValue.textArray(users.map(\.createdAt.text))
    try await target.query(
      SQL.identitiesInsertUsers,
      [ids, .textArray(users.map(\.email)), .textArray(users.map(\.name)), times])
    try await target.query(
      SQL.identitiesCreatePrincipals, [ids, .textArray(users.map(\.principalName))])
    try await target.query(SQL.identitiesDatePrincipals, [ids, times])
  }

  private func insert(
    _ accounts: [IdentityPlan.Account], _ target: PostgresConnection
  ) async throws(PostgresError) {
    try await target.query(
      SQL.identitiesInsertAccounts,
      [
        .uuidArray(accounts.map(\.userID)), .textArray(accounts.map(\.id.providerID)),
        .textArray(accounts.map(\.id.accountID.text)),
        .textArray(accounts.map(\.createdAt.text)),
      ])
  }

  /// Without token_hash in the target there are none, and no column to write them to (I3).
  private func insert(
    _ sessions: [IdentityPlan.Session], _ target: PostgresConnection
  ) async throws(PostgresError) {
    guard !sessions.isEmpty else { return }
    try await target.query(
      SQL.identitiesInsertSessions,
      [
        .uuidArray(sessions.map(\.userID)),
        .textArray(sessions.map { hexadecimal($0.tokenHash) }),
        .textArray(sessions.map(\.expiresAt.text)), .textArray(sessions.map(\.createdAt.text)),
      ])
  }

  private func update(
    _ users: [IdentityPlan.User], _ target: PostgresConnection
  ) async throws(PostgresError) {
    guard !users.isEmpty else { return }
    try await target.query(
      SQL.identitiesUpdateUsers,
      [
        .uuidArray(users.map(\.id)), .textArray(users.map(\.email)),
        .textArray(users.map(\.name)), .textArray(users.map(\.principalName)),
        .textArray(users.map(\.createdAt.text)),
      ])
  }

  private func delete(
    _ accounts: [IdentityPlan.Account], _ sessions: [IdentityPlan.Session],
    _ target: PostgresConnection
  ) async throws(PostgresError) {
    if !accounts.isEmpty {
      try await target.query(
        SQL.identitiesDeleteAccounts,
        [
          .textArray(accounts.map(\.id.providerID)), .textArray(accounts.map(\.id.accountID.text)),
        ])
    }
    if !sessions.isEmpty {
      try await target.query(
        SQL.identitiesDeleteSessions, [.textArray(sessions.map { hexadecimal($0.tokenHash) })])
    }
  }

  /// A user who is gone at the source goes here too, unless a published space has them on its roster.
  private func remove(
    _ users: [IdentityPlan.User], _ target: PostgresConnection
  ) async throws(PostgresError) -> [MappingWarning] {
    guard !users.isEmpty else { return [] }
    var removed: Set<UUID> = []
    for row in try await target.query(
      SQL.identitiesDeleteUsers, [.uuidArray(users.map(\.id))])
    {
      removed.insert(try row.uuid("id"))
    }
    return users.map { user in
      MappingWarning(
        rule: .I7, row: user.id.text,
        message: removed.contains(user.id)
          ? "This identity is gone at the source and was removed."
          : "This identity is gone at the source, but a published space has it; it was kept.")
    }
  }
}

private func hexadecimal(_ data: Data) -> String {
  data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
