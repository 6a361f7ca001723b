import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads the database `accounts`. Every call runs in a snapshot that the caller holds.
package struct AccountsReader {
  package let connection: PostgresConnection

  package func engines() async throws(PostgresError) -> [OldEngine] {
    var engines: [OldEngine] = []
    for row in try await connection.query(SQL.accountsEngines) {
      engines.append(
        OldEngine(
          id: try row.uuid("id"), orgID: try row.uuid("org_id"), slug: try row.text("slug"),
          name: try row.text("name"), status: try row.text("status"),
          language: try row.text("language")))
    }
    return engines
  }

  /// Identities whose emails are not folded yet: the target decides how they compare.
  package func identities() async throws(PostgresError) -> [OldIdentity] {
    var identities: [OldIdentity] = []
    for row in try await connection.query(SQL.accountsIdentities) {
      let email = try row.text("email")
      identities.append(
        OldIdentity(
          id: try row.uuid("id"), email: FoldedText(email, key: email), name: try row.text("name"),
          createdAt: Timestamp(try row.text("created_at"))))
    }
    return identities
  }

  package func fingerprint() async throws(PostgresError) -> String {
    try await connection.query(fillRowVersions(SQL.accountsFingerprint)).first?.text("fingerprint")
      ?? ""
  }

  /// The ids of all identities.
  package func identityIDs() async throws(PostgresError) -> Set<UUID> {
    try ids(try await connection.query(SQL.accountsIdentityIds))
  }

  /// Those of the ids that are an identity's.
  package func identityIDs(among named: [UUID]) async throws(PostgresError) -> Set<UUID> {
    try ids(
      try await connection.query(
        SQL.accountsIdentityIdsAmong, [.uuidArray(Array(Set(named)))]))
  }

  private func ids(_ rows: [SQLRow]) throws(PostgresError) -> Set<UUID> {
    var ids: Set<UUID> = []
    for row in rows { ids.insert(try row.uuid("id")) }
    return ids
  }

  package func oauthAccounts() async throws(PostgresError) -> [OldOAuthAccount] {
    var accounts: [OldOAuthAccount] = []
    for row in try await connection.query(SQL.accountsOauthAccounts) {
      accounts.append(
        OldOAuthAccount(
          id: try row.uuid("id"), identityID: try row.uuid("identity_id"),
          provider: try row.text("provider"),
          providerAccountID: try row.text("provider_account_id"),
          createdAt: Timestamp(try row.text("created_at"))))
    }
    return accounts
  }

  package func sessions() async throws(PostgresError) -> [OldSession] {
    var sessions: [OldSession] = []
    for row in try await connection.query(SQL.accountsSessions) {
      sessions.append(
        OldSession(
          id: try row.uuid("id"), identityID: try row.uuid("identity_id"),
          tokenHash: Data(hexadecimal: try row.text("token_hash")),
          expiresAt: Timestamp(try row.text("expires_at")),
          createdAt: Timestamp(try row.text("created_at")), isLive: try row.boolean("is_live")))
    }
    return sessions
  }

  package func members(of orgs: [UUID]) async throws(PostgresError) -> [OldOrgMember] {
    var members: [OldOrgMember] = []
    for row in try await connection.query(SQL.accountsOrgMembers, [.uuidArray(orgs)]) {
      members.append(
        OldOrgMember(
          orgID: try row.uuid("org_id"), identityID: try row.uuid("identity_id"),
          role: try role(row), joinRank: Int(try row.integer("join_rank"))))
    }
    return members
  }

  package func invitations(of orgs: [UUID]) async throws(PostgresError) -> [OldInvitation] {
    var invitations: [OldInvitation] = []
    for row in try await connection.query(SQL.accountsInvitations, [.uuidArray(orgs)]) {
      invitations.append(
        OldInvitation(
          id: try row.uuid("id"), orgID: try row.uuid("org_id"), email: try row.text("email"),
          role: try role(row), invitedBy: try row.optionalUUID("invited_by"),
          isPending: try row.boolean("is_pending")))
    }
    return invitations
  }

  private func role(_ row: SQLRow) throws(PostgresError) -> OldOrgRole {
    guard let role = OldOrgRole(rawValue: try row.text("role")) else {
      throw PostgresError(
        kind: .protocolViolation, message: "an org role that the old model does not have")
    }
    return role
  }

  package init(connection: PostgresConnection) {
    self.connection = connection
  }
}

extension Data {
  /// The bytes of an even number of hexadecimal digits, as `encode(…, 'hex')` writes them.
  package init(hexadecimal text: String) {
    let digits = text.utf8.map { UInt8($0 > 96 ? $0 - 87 : $0 - 48) }
    self.init(stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }
}
