import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads the engines' schemas in the database `shard`. Every call runs in a snapshot that the caller holds.
package struct ShardReader {
  package let connection: PostgresConnection

  /// The access control of each of the schemas, by name, in one round trip.
  package func access(of schemas: [String]) async throws(PostgresError) -> [String: OldAccess] {
    let statements = [
      SQL.shardUsers, SQL.shardTreeOwners, SQL.shardTreeGrants, SQL.shardRoleMemberships,
    ]
    let script = schemas.flatMap { schema in
      statements.map { fillVariables($0, ["schema": schema]) }
    }
    guard !script.isEmpty else { return [:] }
    let results = try await connection.script(script.joined(separator: ";\n"))
    var access: [String: OldAccess] = [:]
    for (index, schema) in schemas.enumerated() {
      let first = index * statements.count
      access[schema] = OldAccess(
        users: try users(results[first]), owners: try owners(results[first + 1]),
        grants: try grants(results[first + 2]), memberships: try memberships(results[first + 3]))
    }
    return access
  }

  private func users(_ rows: [SQLRow]) throws(PostgresError) -> [OldUser] {
    var users: [OldUser] = []
    for row in rows {
      let name = FoldedText(try row.text("name"), key: try row.text("name_key"))
      users.append(
        OldUser(
          id: try row.uuid("id"), name: name, identityID: try row.optionalUUID("identity_id"),
          canLogin: try row.boolean("can_login"), isSuperuser: try row.boolean("superuser")))
    }
    return users
  }

  private func owners(_ rows: [SQLRow]) throws(PostgresError) -> [OldTreeOwner] {
    var owners: [OldTreeOwner] = []
    for row in rows {
      owners.append(
        OldTreeOwner(path: TreePath(try row.text("tree_path")), userID: try row.uuid("user_id")))
    }
    return owners
  }

  private func grants(_ rows: [SQLRow]) throws(PostgresError) -> [OldTreeGrant] {
    var grants: [OldTreeGrant] = []
    for row in rows {
      grants.append(
        OldTreeGrant(
          id: try row.uuid("id"), userID: try row.uuid("user_id"),
          path: TreePath(try row.text("tree_path")),
          actions: try row.json("actions", as: [String].self),
          withGrantOption: try row.boolean("with_grant_option")))
    }
    return grants
  }

  private func memberships(_ rows: [SQLRow]) throws(PostgresError) -> [OldRoleMembership] {
    var memberships: [OldRoleMembership] = []
    for row in rows {
      memberships.append(
        OldRoleMembership(
          roleID: try row.uuid("role_id"), memberID: try row.uuid("member_id"),
          withAdminOption: try row.boolean("with_admin_option")))
    }
    return memberships
  }

  package init(connection: PostgresConnection) {
    self.connection = connection
  }
}
