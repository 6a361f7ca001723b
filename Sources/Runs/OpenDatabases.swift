import Databases
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import Verification

/// The three sessions with which a run is opened. Each lane opens its own sessions later.
struct OpenDatabases {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection

  init(_ sessions: DatabaseSessions) async throws(PostgresError) {
    accounts = try await sessions.accounts("main")
    shard = try await sessions.shard("main")
    target = try await sessions.target("main")
  }

  func close() async {
    await accounts.close()
    await shard.close()
    await target.close()
  }

  var identities: DatabaseIdentities {
    DatabaseIdentities(
      accounts: accounts.identity, shard: shard.identity, target: target.identity)
  }
}
