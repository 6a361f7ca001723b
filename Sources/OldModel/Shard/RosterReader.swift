import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads what decides one engine's roster: each source in one snapshot, and of the identities those alone
/// that the engine or its org names.
package struct RosterReader {
  package let engine: MeasuredEngine

  package func read(
    accounts: PostgresConnection, shard: PostgresConnection
  ) async throws(PostgresError) -> RosterSource {
    let org = engine.engine.orgID
    let access = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await ShardReader(connection: shard).access(of: [engine.schema])[engine.schema]
    }
    let users = access?.users.compactMap(\.identityID) ?? []
    let control = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      let members = try await reader.members(of: [org])
      let invitations = try await reader.invitations(of: [org])
      let named = users + members.map(\.identityID) + invitations.compactMap(\.invitedBy)
      return (
        members: members, identities: try await reader.identityIDs(among: named),
        invitations: invitations
      )
    }
    return RosterSource(
      engine: engine.engine, members: control.members, identities: control.identities,
      access: access ?? OldAccess(), invitations: control.invitations)
  }

  package init(engine: MeasuredEngine) {
    self.engine = engine
  }
}
