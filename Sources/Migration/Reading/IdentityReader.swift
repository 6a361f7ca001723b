import Foundation
import Mapping
import PostgresLink

/// Reads what becomes of identities, accounts and sessions.
struct IdentityReader {
  let settings: RunSettings

  /// Reads the identities' database in one snapshot and maps it; throws every refusal at once.
  func read(
    accounts: PostgresConnection, target: PostgresConnection, hasTokenHash: Bool
  ) async throws -> IdentityPlan {
    let ids = settings.userNames.keys.sorted()
    let names = ids.compactMap { settings.userNames[$0] }
    let keys = try await fold(names, on: target)
    var userNames: [UUID: FoldedText] = [:]
    for (id, (name, key)) in zip(ids, zip(names, keys)) {
      if let id = UUID(uuidString: id) { userNames[id] = FoldedText(name, key: key) }
    }
    let rows = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      let identities = try await reader.identities { texts throws(PostgresError) in
        try await fold(texts, on: target)
      }
      return (identities, try await reader.oauthAccounts(), try await reader.sessions())
    }
    return try IdentityPlan(
      identities: rows.0, accounts: rows.1, sessions: rows.2, userNames: userNames,
      targetHasTokenHash: hasTokenHash)
  }
}

/// How the target's citext compares the texts, in their order.
private func fold(_ texts: [String], on target: PostgresConnection) async throws(PostgresError) -> [String] {
  var keys: [String] = []
  for row in try await target.query(SQL.identitiesFold, [.textArray(texts)]) {
    keys.append(try row.text("key"))
  }
  return keys
}
