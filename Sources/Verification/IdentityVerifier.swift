import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Compares the control plane of the target with the one that follows from the sources now (I1–I6).
struct IdentityVerifier {
  let userNames: [String: String]
  let accounts: PostgresConnection
  let target: PostgresConnection
  let age: Age

  /// The target's rows, in the same form.
  private struct Found: Sendable {
    var users: [SQLRow]
    var principals: [SQLRow]
    var accounts: [SQLRow]
    var sessions: [SQLRow]
  }

  func verify(_ checks: inout VerifyChecks) async throws {
    let (found, hasTokenHash) = try await read()
    let plan = try await IdentityReader(userNames: userNames).read(
      accounts: accounts, target: target, hasTokenHash: hasTokenHash
    ).plan
    let refused = Set(plan.refused.map(\.text))
    for warning in plan.warnings where warning.rule == .I6 {
      checks[.users].note(
        VerifyFinding(engine: nil, row: warning.row, rule: "I6", warning.message))
    }
    checks[.users].compare(
      nil, planned: plan.users.flatMap(rows),
      found: try users(found.users, found.principals)
    ) { Self.explain($0, refused) }
    checks[.accounts].compare(
      nil, planned: plan.accounts.map(row), found: try found.accounts.map(account)
    ) { Self.explain($0, refused) }
    try await verifySessions(
      plan.sessions.map(row), try found.sessions.map(session), refused, &checks)
  }

  /// I6: an identity that can no longer be a user keeps the user that it was.
  private static func explain(_ row: ControlRow, _ refused: Set<String>) -> String? {
    row.row.map(refused.contains) == true
      ? "belongs to an identity that can no longer be migrated, and was left as it was" : nil
  }

  /// I3: an additional session is explained if it has expired since the run began. The source's clock
  /// decides, after it has decided which sessions are live, so no session falls in between.
  private func verifySessions(
    _ planned: [ControlRow], _ found: [ControlRow], _ refused: Set<String>,
    _ checks: inout VerifyChecks
  ) async throws {
    let surplus = RowDifference(planned: planned, present: found).surplus
    let times = surplus.compactMap { $0.columns["expires_at"]?.text }
    let rows = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await accounts.query(SQL.expiredSince, [.textArray(times), age.seconds])
    }
    let expired = Set(try rows.map { try $0.text("time") })
    checks[.sessions].compare(nil, planned: planned, found: found) { session in
      expired.contains(session.columns["expires_at"]?.text ?? "")
        ? "has expired since" : Self.explain(session, refused)
    }
  }

  private func read() async throws(PostgresError) -> (Found, hasTokenHash: Bool) {
    let hasTokenHash = try await columns(of: "auth", "sessions", on: target)["token_hash"] != nil
    let found = try await target.inReadOnlySnapshot { target throws(PostgresError) in
      Found(
        users: try await target.query(SQL.users),
        principals: try await target.query(SQL.userPrincipals),
        accounts: try await target.query(SQL.authAccounts),
        sessions: hasTokenHash ? try await target.query(SQL.authSessions) : [])
    }
    return (found, hasTokenHash)
  }

  // MARK: As planned

  /// I1: a user is two rows with one id.
  private func rows(_ user: IdentityRows.User) -> [ControlRow] {
    [
      userRow(
        user.id, email: user.email, name: user.name, isVerified: true, user.createdAt.text),
      principalRow(user.id, name: user.principalName, user.createdAt.text),
    ]
  }

  private func row(_ account: IdentityRows.Account) -> ControlRow {
    accountRow(
      account.id.providerID, account.id.accountID.text, account.userID, account.createdAt.text,
      tokens: nil)
  }

  private func row(_ session: IdentityRows.Session) -> ControlRow {
    let hash = session.tokenHash.map { String(format: "%02x", $0) }.joined()
    return sessionRow(hash, session.userID, session.expiresAt.text, session.createdAt.text)
  }

  // MARK: As found

  private func users(
    _ users: [SQLRow], _ principals: [SQLRow]
  ) throws(PostgresError) -> [ControlRow] {
    var rows: [ControlRow] = []
    for row in users {
      rows.append(
        userRow(
          try row.uuid("id"), email: try row.text("email"), name: try row.text("name"),
          isVerified: try row.boolean("email_verified"), try row.text("created_at")))
    }
    for row in principals {
      rows.append(
        principalRow(try row.uuid("id"), name: try row.text("name"), try row.text("created_at")))
    }
    return rows
  }

  private func account(_ row: SQLRow) throws(PostgresError) -> ControlRow {
    accountRow(
      try row.text("provider_id"), try row.text("account_id"), try row.uuid("user_id"),
      try row.text("created_at"), tokens: row["tokens"])
  }

  private func session(_ row: SQLRow) throws(PostgresError) -> ControlRow {
    sessionRow(
      try row.text("token_hash"), try row.uuid("user_id"), try row.text("expires_at"),
      try row.text("created_at"))
  }

  // MARK: Either

  private func userRow(
    _ id: UUID, email: String, name: String, isVerified: Bool, _ createdAt: String
  ) -> ControlRow {
    ControlRow(
      "auth.users \(id.text)", row: id.text, label: "user \(id.text) in auth.users",
      [
        "email": email, "name": name, "email_verified": "\(isVerified)", "created_at": createdAt,
      ])
  }

  private func principalRow(_ id: UUID, name: String, _ createdAt: String) -> ControlRow {
    ControlRow(
      "core.principal \(id.text)", row: id.text, label: "user \(id.text) in core.principal",
      ["name": name, "created_at": createdAt])
  }

  private func accountRow(
    _ provider: String, _ account: String, _ user: UUID, _ createdAt: String, tokens: String?
  ) -> ControlRow {
    ControlRow(
      "\(provider)/\(account)", row: user.text,
      label: "\(provider) account of user \(user.text)",
      ["user_id": user.text, "created_at": createdAt, "tokens": tokens ?? "none"])
  }

  private func sessionRow(
    _ hash: String, _ user: UUID, _ expiresAt: String, _ createdAt: String
  ) -> ControlRow {
    ControlRow(
      hash, row: user.text, label: "a session of user \(user.text)",
      ["user_id": user.text, "expires_at": expiresAt, "created_at": createdAt])
  }
}
