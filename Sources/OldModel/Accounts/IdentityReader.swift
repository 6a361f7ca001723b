import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads identities, accounts and sessions, and maps them to the new model's rows.
package struct IdentityReader {
  /// I6: names for identities whose email cannot serve as one, by identity id.
  package let userNames: [String: String]

  /// The mapped rows, and the fingerprint of the rows from which they were made.
  package struct Source: Sendable {
    package var plan: IdentityRows
    package var fingerprint: String
    /// I6: the reasons why some identities cannot be users of the target.
    package var refusals: [Refusal]
  }

  private struct Rows: Sendable {
    var identities: [OldIdentity]
    var accounts: [OldOAuthAccount]
    var sessions: [OldSession]
    var fingerprint: String
  }

  /// Reads the identities' database in one snapshot and maps it; what the target refuses is left out.
  package func read(
    accounts: PostgresConnection, target: PostgresConnection, hasTokenHash: Bool
  ) async throws -> Source {
    let rows = try await readRows(accounts)
    var identities = rows.identities
    let keys = try await fold(identities.map(\.email.text), on: target)
    for (index, key) in keys.enumerated() {
      identities[index].email = FoldedText(identities[index].email.text, key: key)
    }
    let names = try await foldedUserNames(target)
    let plan = IdentityRows(
      identities: identities, accounts: rows.accounts, sessions: rows.sessions,
      userNames: names, targetHasTokenHash: hasTokenHash)
    return Source(
      plan: plan, fingerprint: rows.fingerprint,
      refusals: IdentityRows.refusals(identities: identities, userNames: names))
  }

  private func readRows(_ accounts: PostgresConnection) async throws(PostgresError) -> Rows {
    try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      return Rows(
        identities: try await reader.identities(), accounts: try await reader.oauthAccounts(),
        sessions: try await reader.sessions(), fingerprint: try await reader.fingerprint())
    }
  }

  private func foldedUserNames(
    _ target: PostgresConnection
  ) async throws(PostgresError) -> [UUID: FoldedText] {
    let named = userNames.sorted { $0.key < $1.key }
    let keys = try await fold(named.map(\.value), on: target)
    var names: [UUID: FoldedText] = [:]
    for ((id, name), key) in zip(named, keys) {
      if let id = UUID(uuidString: id) { names[id] = FoldedText(name, key: key) }
    }
    return names
  }

  package init(userNames: [String: String]) {
    self.userNames = userNames
  }
}

/// The folded forms by which the target's citext compares the texts, in their order.
package func fold(
  _ texts: [String], on target: PostgresConnection
) async throws(PostgresError) -> [String] {
  var keys: [String] = []
  for row in try await target.query(SQL.accountsFold, [.textArray(texts)]) {
    keys.append(try row.text("key"))
  }
  return keys
}
