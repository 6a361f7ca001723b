import Foundation
import Mapping
import PostgresLink

/// What the target holds of identities, accounts and sessions: nothing on a first run, and on a resume
/// what an earlier process wrote (I7).
struct PresentIdentities: Sendable {
  var users: [IdentityPlan.User] = []
  var accounts: [IdentityPlan.Account] = []
  var sessions: [IdentityPlan.Session] = []

  /// - Parameter hasTokenHash: I3; without the column no session was ever written.
  init(on target: PostgresConnection, hasTokenHash: Bool) async throws(PostgresError) {
    for row in try await target.query(SQL.identitiesPresentUsers) {
      users.append(
        IdentityPlan.User(
          id: try row.uuid("id"), email: try row.text("email"), name: try row.text("name"),
          principalName: try row.text("principal_name"),
          createdAt: Timestamp(try row.text("created_at"))))
    }
    for row in try await target.query(SQL.identitiesPresentAccounts) {
      let id = IdentityPlan.Account.ID(
        providerID: try row.text("provider_id"), accountID: ExactText(try row.text("account_id")))
      accounts.append(
        IdentityPlan.Account(
          id: id, userID: try row.uuid("user_id"),
          createdAt: Timestamp(try row.text("created_at"))))
    }
    guard hasTokenHash else { return }
    for row in try await target.query(SQL.identitiesPresentSessions) {
      sessions.append(
        IdentityPlan.Session(
          userID: try row.uuid("user_id"), tokenHash: Data(hexadecimal: try row.text("token_hash")),
          expiresAt: Timestamp(try row.text("expires_at")),
          createdAt: Timestamp(try row.text("created_at"))))
    }
  }
}
