import Databases
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// A lane with one session for each database, opened when needed, for jobs that read rules and write rosters.
/// Only one job uses it at a time.
actor ControlLane: PooledLane {
  let target: TargetLane
  private let name: String
  private let sessions: DatabaseSessions
  private let gate: TargetGate
  private var accounts: PostgresConnection?
  private var shard: PostgresConnection?

  init(_ name: String, sessions: DatabaseSessions, gate: TargetGate) {
    self.name = name
    self.sessions = sessions
    self.gate = gate
    target = TargetLane(name, sessions: sessions, gate: gate)
  }

  func takeLostBackend() async -> Backend? {
    await target.takeLostBackend()
  }

  /// The session with the identities' database.
  func accountsSession() async throws -> PostgresConnection {
    if let accounts, await accounts.isReady() { return accounts }
    let opened = try await sessions.accounts(name)
    try await gate.admitAccounts(opened.identity)
    accounts = opened
    return opened
  }

  /// The session with the engines' database.
  func shardSession() async throws -> PostgresConnection {
    if let shard, await shard.isReady() { return shard }
    let opened = try await sessions.shard(name)
    try await gate.admitShard(opened.identity)
    shard = opened
    return opened
  }
}
