import LocalServers

/// Sources against target by SQL alone, with nothing shared with the orchestrator: each server sums
/// up its own rows, and the sums must be the same.
package struct Comparison: Sendable {
  /// One engine beside its space.
  package struct Engine: Sendable {
    package let slug: String
    package let sourceRows: Int
    /// Nil where the target has no such space.
    package let targetRows: Int?
    /// What is not as it should be; empty where all is well.
    package let differences: [String]
  }

  package let engines: [Engine]
  /// Differences that are of no engine: people, and spaces that nobody asked for.
  package let others: [String]

  /// Whether the target holds what the sources hold, and nothing else.
  package var isEqual: Bool { others.isEmpty && engines.allSatisfy(\.differences.isEmpty) }

  /// Reads all memories of both sides.
  package static func of(_ servers: LocalServers, database: String) async throws -> Comparison {
    async let sourceMemories = memories(servers.shard, database: database)
    async let targetMemories = memories(servers.target, database: database)
    let active = Set(
      try await column(
        servers.accounts, database,
        "select slug from accounts.engine where status = 'active';"))
    let published = try await spaces(servers.target, database: database)
    let (source, target) = try await (sourceMemories, targetMemories)
    let engines = active.sorted().map { slug in
      compare(slug, source[slug], target[slug], published: published.contains(slug))
    }
    let extra = published.union(target.keys).subtracting(active).sorted().map {
      "the target has \($0), which no active engine is called"
    }
    return Comparison(
      engines: engines, others: extra + (try await people(servers, database: database)))
  }

  private static func compare(
    _ slug: String, _ source: Memories?, _ target: Memories?, published: Bool
  ) -> Engine {
    var differences: [String] = []
    if !published { differences.append("no row in core.space") }
    if source == nil { differences.append("no schema in the shard") }
    if let source, let target {
      if source.rows != target.rows { differences.append("row counts differ") }
      if source.checksum != target.checksum { differences.append("checksums differ") }
      if target.named > 0 { differences.append("\(target.named) memories have a name") }
      if target.queued != target.withoutEmbedding {
        differences.append(
          "\(target.queued) queued for \(target.withoutEmbedding) without an embedding")
      }
    } else if target == nil {
      differences.append("no schema in the target")
    }
    return Engine(
      slug: slug, sourceRows: source?.rows ?? 0, targetRows: target?.rows, differences: differences)
  }

  private static func people(_ servers: LocalServers, database: String) async throws -> [String] {
    func ids(_ cluster: LocalCluster, _ table: String, _ sql: String) async throws -> [String] {
      guard try await exists(table, cluster, database) else { return [] }
      return try await column(cluster, database, sql)
    }
    let identities = try await ids(
      servers.accounts, "accounts.identity", "select id from accounts.identity order by id;")
    let users = try await ids(
      servers.target, "auth.users", "select id from auth.users order by id;")
    let principals = try await ids(
      servers.target, "core.principal",
      "select id from core.principal where kind = 'u' order by id;")
    return [("auth.users", users), ("core.principal", principals)].compactMap { name, found in
      found == identities
        ? nil : "\(name) has \(found.count) people, accounts.identity \(identities.count)"
    }
  }
}

// MARK: Reading one side

extension Comparison {
  private struct Memories {
    let rows: Int
    let checksum: String
    let withoutEmbedding: Int
    let queued: Int
    let named: Int
  }

  private static func memories(
    _ cluster: LocalCluster, database: String
  ) async throws -> [String: Memories] {
    let rows = try await cluster.rows(SQL.memoryChecksums, database: database)
    return Dictionary(
      rows.map {
        let memories = Memories(
          rows: Int($0[1]) ?? 0, checksum: $0[2], withoutEmbedding: Int($0[3]) ?? 0,
          queued: Int($0[4]) ?? 0, named: Int($0[5]) ?? 0)
        return ($0[0], memories)
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func spaces(
    _ cluster: LocalCluster, database: String
  ) async throws -> Set<String> {
    guard try await exists("core.space", cluster, database) else { return [] }
    return Set(try await column(cluster, database, "select slug from core.space;"))
  }

  private static func exists(
    _ table: String, _ cluster: LocalCluster, _ database: String
  ) async throws -> Bool {
    try await column(
      cluster, database, "select to_regclass(\(SQLText.literal(table))) is not null;") == ["t"]
  }

  private static func column(
    _ cluster: LocalCluster, _ database: String, _ sql: String
  ) async throws -> [String] {
    try await cluster.rows(sql, database: database).compactMap(\.first)
  }
}
