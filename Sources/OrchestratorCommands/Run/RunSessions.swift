import Foundation
import JobModel
import Migration
import PostgresLink
import SchemaPack

/// The three sessions over which a command looks and decides before jobs run; each job lane has its
/// own later.
struct RunSessions {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection
  let factory: SessionFactory

  static func open(_ factory: SessionFactory) async throws -> RunSessions {
    RunSessions(
      accounts: try await factory.accounts("main"), shard: try await factory.shard("main"),
      target: try await factory.target("main"), factory: factory)
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
