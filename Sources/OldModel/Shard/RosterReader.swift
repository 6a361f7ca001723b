import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads what decides one engine's roster: each source in one snapshot.
package struct RosterReader {
  package let engine: MeasuredEngine

  package func read(
    accounts: PostgresConnection, shard: PostgresConnection
  ) async throws(PostgresError) -> RosterSource {
    let org = engine.engine.orgID
    let control = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      let reader = AccountsReader(connection: accounts)
      return (
        members: try await reader.members(of: [org]), identities: try await reader.identityIDs(),
        invitations: try await reader.invitations(of: [org])
      )
    }
    let access = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await ShardReader(connection: shard).access(of: [engine.schema])
    }
    return RosterSource(
      engine: engine.engine, members: control.members, identities: control.identities,
      access: access[engine.schema] ?? OldAccess(), invitations: control.invitations)
  }

  package init(engine: MeasuredEngine) {
    self.engine = engine
  }
}
