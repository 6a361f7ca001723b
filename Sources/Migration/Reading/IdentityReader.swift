import Foundation
import Mapping
import PostgresLink

/// Reads what becomes of identities, accounts and sessions.
struct IdentityReader {
  let settings: RunSettings

  /// What the identities' database says, and what it was made of then.
  struct Source: Sendable {
    var plan: IdentityPlan
    var fingerprint: String
  }

  private struct Rows: Sendable {
    var identities: [OldIdentity]
    var accounts: [OldOAuthAccount]
    var sessions: [OldSession]
    var fingerprint: String
  }

  /// Reads the identities' database in one snapshot and maps it; throws every refusal at once.
  func read(
    accounts: PostgresConnection, target: PostgresConnection, hasTokenHash: Bool
  ) async throws -> Source {
    let rows = try await readRows(accounts)
    var identities = rows.identities
    let keys = try await fold(identities.map(\.email.text), on: target)
    for (index, key) in keys.enumerated() {
      identities[index].email = FoldedText(identities[index].email.text, key: key)
    }
    let plan = try IdentityPlan(
      identities: identities, accounts: rows.accounts, sessions: rows.sessions,
      userNames: try await userNames(target), targetHasTokenHash: hasTokenHash)
    return Source(plan: plan, fingerprint: rows.fingerprint)
  }

  private func readRows(_ accounts: PostgresConnection) async throws(PostgresError) -> Rows {
    try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      return Rows(
        identities: try await reader.identities(), accounts: try await reader.oauthAccounts(),
        sessions: try await reader.sessions(), fingerprint: try await reader.fingerprint())
    }
  }

  private func userNames(
    _ target: PostgresConnection
  ) async throws(PostgresError) -> [UUID: FoldedText] {
    let named = settings.userNames.sorted { $0.key < $1.key }
    let keys = try await fold(named.map(\.value), on: target)
    var names: [UUID: FoldedText] = [:]
    for ((id, name), key) in zip(named, keys) {
      if let id = UUID(uuidString: id) { names[id] = FoldedText(name, key: key) }
    }
    return names
  }
}

/// How the target's citext compares the texts, in their order.
func fold(
  _ texts: [String], on target: PostgresConnection
) async throws(PostgresError) -> [String] {
  var keys: [String] = []
  for row in try await target.query(SQL.identitiesFold, [.textArray(texts)]) {
    keys.append(try row.text("key"))
  }
  return keys
}
