import Databases
import Foundation
import Mapping
import OldModel
import PostgresLink

/// The target's identities, accounts and sessions: none on a first run; on a resume those that an earlier
/// process wrote (I7) and those that people have written since.
struct PresentIdentities: Sendable {
  /// Rows of one kind, separated by their last writer.
  struct Rows<Row: Identifiable & Sendable>: Sendable where Row.ID: Sendable {
    /// Rows as this run wrote them.
    var ours: [Row] = []
    /// Rows that people wrote or changed, which a run does not touch.
    var others: [Row.ID: Row] = [:]

    fileprivate mutating func add(_ row: Row, isOurs: Bool) {
      if isOurs { ours.append(row) } else { others[row.id] = row }
    }
  }

  var users = Rows<IdentityRows.User>()
  var accounts = Rows<IdentityRows.Account>()
  var sessions = Rows<IdentityRows.Session>()

  /// - Parameter hasTokenHash: without the column, no session was ever written (I3).
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
