import LocalServers

/// Both sources in production's shape, a pure function of ``SourceShape``: the same shape gives the
/// same rows, byte for byte.
package struct ProductionSources: Sendable {
  package let servers: LocalServers
  /// The name of the database in both clusters.
  package let database: String
  package let shape: SourceShape

  package init(servers: LocalServers, database: String, shape: SourceShape) {
    self.servers = servers
    self.database = database
    self.shape = shape
  }

  /// Drops both databases, if they are there, and makes them anew.
  ///
  /// - Parameter report: is told of each engine when it is complete.
  package func recreate(report: (String) -> Void = { _ in }) async throws {
    for cluster in [servers.accounts, servers.shard] {
      try await cluster.dropDatabase(database)
      try await cluster.createDatabase(database)
    }
    try await fill(report: report)
  }

  /// Fills two empty databases.
  package func fill(report: (String) -> Void = { _ in }) async throws {
    let accounts = Accounts(seed: shape.seed)
    try await OldModel.createAccounts(on: servers.accounts, database: database)
    try await servers.accounts.run(accounts.sql, database: database)
    let active = accounts.engines.filter { !$0.isDeleted }.count
    // The deleted engine keeps its schema, and no rows.
    let sizes = shape.engineRows(engines: active) + [0]
    var first = 0
    for (index, (engine, rows)) in zip(accounts.engines, sizes).enumerated() {
      try await fill(engine, index: index, memories: first..<first + rows)
      report(
        "engine \(index + 1) of \(accounts.engines.count), me_\(engine.slug): \(rows) memories")
      first += rows
    }
  }

  private func fill(
    _ engine: Accounts.Engine, index: Int, memories: Range<Int>
  ) async throws {
    let (shard, slug) = (servers.shard, engine.slug)
    let users = EngineUsers(engine: engine, index: index, seed: shape.seed)
    try await OldModel.createEngine(
      on: shard, database: database, slug: slug, dimensions: shape.dimensions)
    try await shard.run(users.sql, database: database, variables: ["schema": "me_\(slug)"])
    let generator = MemoryGenerator(
      dimensions: shape.dimensions, indexes: memories,
      withoutEmbedding: shape.withoutEmbedding,
      authors: users.users.filter(\.canLogin).map(\.id))
    try await generator.load(
      on: shard, database: database, slug: slug,
      random: SeededRandom(seed: shape.seed, part: index))
    try await OldModel.createEngineIndexes(on: shard, database: database, slug: slug)
  }
}

extension DatabaseTemplate {
  /// Both sources in production's shape.
  package static func production(_ shape: SourceShape) -> DatabaseTemplate {
    DatabaseTemplate(
      key: "production \(shape.rows) \(shape.seed) \(shape.dimensions)",
      sides: DatabaseSide.sources
    ) {
      try await ProductionSources(servers: $0.servers, database: $0.name, shape: shape).fill()
    }
  }
}
