import JobModel
import PostgresLink

/// A lane with a session with each database, opened when needed: for the jobs that read rules and write
/// rosters. Only one job uses it at a time.
actor ControlLane: PooledLane {
  let target: TargetLane
  private let name: String
  private let factory: SessionFactory
  private let gate: TargetGate
  private var accounts: PostgresConnection?
  private var shard: PostgresConnection?

  init(_ name: String, factory: SessionFactory, gate: TargetGate) {
    self.name = name
    self.factory = factory
    self.gate = gate
    target = TargetLane(name, factory: factory, gate: gate)
  }

  func takeLostBackend() async -> Backend? {
    await target.takeLostBackend()
  }

  /// The session with the identities' database.
  func accountsSession() async throws -> PostgresConnection {
    if let accounts, await accounts.isOpen { return accounts }
    let opened = try await factory.accounts(name)
    try await gate.admitAccounts(opened.identity)
    accounts = opened
    return opened
  }

  /// The session with the engines' database.
  func shardSession() async throws -> PostgresConnection {
    if let shard, await shard.isOpen { return shard }
    let opened = try await factory.shard(name)
    try await gate.admitShard(opened.identity)
    shard = opened
    return opened
  }
}
