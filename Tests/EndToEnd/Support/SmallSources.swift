import Foundation
import LocalServers
import SourceFixtures

/// Sources small enough to be read by eye, and large enough for many chunks: two orgs, three engines.
enum SmallSources {
  /// The largest engine, of Ada's org.
  static let alpha = "alphaalpha01"
  /// Of Ada's org; shares an agent with alpha.
  static let bravo = "bravobravo02"
  /// Of Grace's org; the one with warnings.
  static let charlie = "charlie00003"
  /// Deleted, so never migrated.
  static let delta = "deltadelta04"

  /// Memories of each engine.
  static let rows = [alpha: 240, bravo: 80, charlie: 40]
  static let allRows = 360
  /// Those that become spaces.
  static let engines = [alpha, bravo, charlie]
  /// Of the embeddings.
  static let dimensions = 8

  static let template = DatabaseTemplate(key: "small sources", sides: DatabaseSide.sources) {
    try await fill($0.servers, $0.name)
  }

  static func fill(_ servers: LocalServers, _ database: String) async throws {
    try await OldModel.createAccounts(on: servers.accounts, database: database)
    try await servers.accounts.run(SQL.sourcesPeople, database: database)
    try await addEngine(alpha, users: SQL.sourcesAlpha, owner: "a1", servers, database)
    try await addEngine(bravo, users: SQL.sourcesBravo, owner: "b1", servers, database)
    try await addEngine(charlie, users: SQL.sourcesCharlie, owner: "c1", servers, database)
  }

  private static func addEngine(
    _ slug: String, users: String, owner: String, _ servers: LocalServers, _ database: String
  ) async throws {
    try await OldModel.createEngine(
      on: servers.shard, database: database, slug: slug, dimensions: dimensions)
    try await servers.shard.run(users, database: database)
    guard let author = UUID(uuidString: "019b0000-0000-7000-8000-0000000000\(owner)") else {
      preconditionFailure("\(owner) is no end of an id")
    }
    let count = rows[slug] ?? 0
    try await OldModel.addMemories(
      on: servers.shard, database: database, slug: slug,
      shape: SourceShape(rows: count, seed: UInt64(count), dimensions: dimensions), author: author)
  }
}
