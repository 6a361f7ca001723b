import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import SchemaPack

/// Makes identities, accounts and sessions in the target equal to the mapped rows, in the transaction of
/// the identities job: all of them on a first run, the changed ones on a resume (I7). Rows that people
/// have written in the target stay as they are, and what people have removed stays removed.
struct IdentityWriter {
  let plan: IdentityRows
  let hasTokenHash: Bool

  /// Returns warnings for every change other than an added row.
  func write(on target: PostgresConnection) async throws -> [MappingWarning] {
    let present = try await PresentIdentities(on: target, hasTokenHash: hasTokenHash)
    let users = difference(plan.users, present.users)
    let accounts = difference(plan.accounts, present.accounts)
    let sessions = difference(plan.sessions, present.sessions)
    // I6: an identity that can no longer be a user keeps the user that it was.
    let gone = users.surplus.filter { !plan.refused.contains($0.id) }
    let closed = accounts.surplus.filter { !plan.refused.contains($0.userID) }
    let ended = sessions.surplus.filter { !plan.refused.contains($0.userID) }
    try await delete(
      accounts.changed + closed, sessions.changed + ended, target)
    let removed = try await remove(gone, target)
    let left = try await RunTables(target).removedUsers(among: users.missing.map(\.id))
    let joined = users.missing.filter { !left.contains($0.id) }
    try await refuseConflicts(of: users.changed + joined, target)
    try await update(users.changed, target)
    try await insert(joined, target)
    let opened = (accounts.missing + accounts.changed).filter { !left.contains($0.userID) }
    try await insert(opened, target)
    let begun = (sessions.missing + sessions.changed).filter { !left.contains($0.userID) }
    try await insert(begun, target)
    return removed + warnings(users.changed, present) + warnings(left)
  }

  private func difference<Row: Hashable & Identifiable & Sendable>(
    _ planned: [Row], _ present: PresentIdentities.Rows<Row>
  ) -> RowDifference<Row> {
    RowDifference(
      planned: planned.filter { present.others[$0.id] == nil }, present: present.ours)
  }

  private func warnings(
    _ changed: [IdentityRows.User], _ present: PresentIdentities
  ) -> [MappingWarning] {
    let left = plan.users.filter { user in
      present.users.others[user.id].map { $0 != user } ?? false
    }
    return changed.map {
      MappingWarning(
        rule: .I7, row: $0.id.text, message: "This identity has changed since it was copied.")
    }
      + left.map {
        MappingWarning(
          rule: .I7, row: $0.id.text,
          message: "This identity was changed in the target since it was copied. It stays so.")
      }
  }

  private func warnings(_ removed: Set<UUID>) -> [MappingWarning] {
    removed.sorted { $0.text < $1.text }.map {
      MappingWarning(
        rule: .I7, row: $0.text,
        message: "This identity was removed in the target since it was copied. It stays so.")
    }
  }

  /// A person who left may have come back as another identity, while a published space still has the old one.
  /// People may also have signed up in the target.
  private func refuseConflicts(
    of users: [IdentityRows.User], _ target: PostgresConnection
  ) async throws {
    guard !users.isEmpty else { return }
    let taken = try await target.query(
      SQL.identitiesUserConflicts,
      [
        .uuidArray(users.map(\.id)), .textArray(users.map(\.email)),
        .textArray(users.map(\.principalName)),
      ])
    guard let first = taken.first else { return }
    let spaces = try first.text("spaces")
    throw JobFailure(
      fate: .failEngine,
      message: "I7: \(taken.count) identities cannot be written: their email or name belongs "
        + "to another user of the target; the first is \(try first.text("id")), and the other one there is "
        + (try first.text("holder")) + (spaces.isEmpty ? "" : ", on the rosters of \(spaces)"),
      hint: spaces.isEmpty
        ? "Remove the user who signed up in the target with that email, or "
          + "change the email at the source. Then run `orchestrator resume`."
        : "Reset those spaces, so that the user who is gone at the source can be removed: "
          + "`orchestrator reset --engine <slug>`, then orchestrator resume.")
  }

  private func insert(
    _ users: [IdentityRows.User], _ target: PostgresConnection
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
    _ accounts: [IdentityRows.Account], _ target: PostgresConnection
  ) async throws(PostgresError) {
    try await target.query(
      SQL.identitiesInsertAccounts,
      [
        .uuidArray(accounts.map(\.userID)), .textArray(accounts.map(\.id.providerID)),
        .textArray(accounts.map(\.id.accountID.text)),
        .textArray(accounts.map(\.createdAt.text)),
      ])
  }

  /// Without a column token_hash in the target there are no sessions (I3).
  private func insert(
    _ sessions: [IdentityRows.Session], _ target: PostgresConnection
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
    _ users: [IdentityRows.User], _ target: PostgresConnection
  ) async throws(PostgresError) {
    guard !users.isEmpty else { return }
    try await target.query(SQL.identitiesParkUsers, [.uuidArray(users.map(\.id))])
    try await target.query(
      SQL.identitiesUpdateUsers,
      [
        .uuidArray(users.map(\.id)), .textArray(users.map(\.email)),
        .textArray(users.map(\.name)), .textArray(users.map(\.principalName)),
        .textArray(users.map(\.createdAt.text)),
      ])
  }

  private func delete(
    _ accounts: [IdentityRows.Account], _ sessions: [IdentityRows.Session],
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

  /// Removes users who are gone at the source, unless a published space has them on its roster.
  private func remove(
    _ users: [IdentityRows.User], _ target: PostgresConnection
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
          : "This identity is gone at the source. It was kept, because a published space has it.")
    }
  }
}

private func hexadecimal(_ data: Data) -> String {
  data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
