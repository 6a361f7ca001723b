import Databases
import Foundation
import Mapping
import OldModel
import PostgresLink

/// What the target holds of identities, accounts and sessions: nothing on a first run, and on a resume
/// what an earlier process wrote (I7), and what people have done since.
struct PresentIdentities: Sendable {
  /// Rows of one kind, told apart by who wrote them last.
  struct Rows<Row: Identifiable & Sendable>: Sendable where Row.ID: Sendable {
    /// As this run wrote them.
    var ours: [Row] = []
    /// Written, or changed, by somebody else: not to be touched.
    var others: [Row.ID: Row] = [:]

    fileprivate mutating func add(_ row: Row, isOurs: Bool) {
      if isOurs { ours.append(row) } else { others[row.id] = row }
    }
  }

  var users = Rows<IdentityRows.User>()
  var accounts = Rows<IdentityRows.Account>()
  var sessions = Rows<IdentityRows.Session>()

  /// - Parameter hasTokenHash: I3; without the column no session was ever written.
  init(on target: PostgresConnection, hasTokenHash: Bool) async throws(PostgresError) {
    for row in try await target.query(SQL.identitiesPresentUsers) {
      let user = IdentityRows.User(
        id: try row.uuid("id"), email: try row.text("email"), name: try row.text("name"),
        principalName: try row.text("principal_name"),
        createdAt: Timestamp(try row.text("created_at")))
      users.add(user, isOurs: try row.boolean("is_ours"))
    }
    for row in try await target.query(SQL.identitiesPresentAccounts) {
      let id = IdentityRows.Account.ID(
        providerID: try row.text("provider_id"), accountID: ExactText(try row.text("account_id")))
      let account = IdentityRows.Account(
        id: id, userID: try row.uuid("user_id"), createdAt: Timestamp(try row.text("created_at")))
      accounts.add(account, isOurs: try row.boolean("is_ours"))
    }
    guard hasTokenHash else { return }
    for row in try await target.query(SQL.identitiesPresentSessions) {
      let session = IdentityRows.Session(
        userID: try row.uuid("user_id"), tokenHash: Data(hexadecimal: try row.text("token_hash")),
        expiresAt: Timestamp(try row.text("expires_at")),
        createdAt: Timestamp(try row.text("created_at")))
      sessions.add(session, isOurs: try row.boolean("is_ours"))
    }
  }
}
