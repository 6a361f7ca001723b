import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads one engine's schema in DB_SHARD; every call in a snapshot that the caller holds.
struct ShardReader {
  let connection: PostgresConnection
  let schema: String

  func access() async throws(PostgresError) -> OldAccess {
    OldAccess(
      users: try await users(), owners: try await owners(), grants: try await grants(),
      memberships: try await memberships())
  }

  private func rows(_ sql: String) async throws(PostgresError) -> [SQLRow] {
    try await connection.query(fillVariables(sql, ["schema": schema]))
  }

  private func users() async throws(PostgresError) -> [OldUser] {
    var users: [OldUser] = []
    for row in try await rows(SQL.shardUsers) {
      let name = FoldedText(try row.text("name"), key: try row.text("name_key"))
      users.append(
        OldUser(
          id: try row.uuid("id"), name: name, identityID: try row.optionalUUID("identity_id"),
          canLogin: try row.boolean("can_login"), isSuperuser: try row.boolean("superuser")))
    }
    return users
  }

  private func owners() async throws(PostgresError) -> [OldTreeOwner] {
    var owners: [OldTreeOwner] = []
    for row in try await rows(SQL.shardTreeOwners) {
      owners.append(
        OldTreeOwner(path: TreePath(try row.text("tree_path")), userID: try row.uuid("user_id")))
    }
    return owners
  }

  private func grants() async throws(PostgresError) -> [OldTreeGrant] {
    var grants: [OldTreeGrant] = []
    for row in try await rows(SQL.shardTreeGrants) {
      grants.append(
        OldTreeGrant(
          id: try row.uuid("id"), userID: try row.uuid("user_id"),
          path: TreePath(try row.text("tree_path")),
          actions: try decodeJSON([String].self, try row.text("actions")),
          withGrantOption: try row.boolean("with_grant_option")))
    }
    return grants
  }

  private func memberships() async throws(PostgresError) -> [OldRoleMembership] {
    var memberships: [OldRoleMembership] = []
    for row in try await rows(SQL.shardRoleMemberships) {
      memberships.append(
        OldRoleMembership(
          roleID: try row.uuid("role_id"), memberID: try row.uuid("member_id"),
          withAdminOption: try row.boolean("with_admin_option")))
    }
    return memberships
  }
}

/// Reads JSON that a server made.
func decodeJSON<Value: Decodable>(_ type: Value.Type, _ text: String) throws(PostgresError) -> Value
{
  do {
    return try JSONDecoder().decode(type, from: Data(text.utf8))
  } catch {
    throw PostgresError(kind: .protocolViolation, message: "JSON of an unexpected form: \(error)")
  }
}

/// Writes JSON for a server. The values are ours, so that it cannot fail.
func encodeJSON(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    preconditionFailure("a value that JSON cannot hold: \(error)")
  }
}
