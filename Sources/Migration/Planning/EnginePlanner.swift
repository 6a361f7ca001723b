import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads which engines there are and how large they are: what a run is planned from.
package struct EnginePlanner {
  let accounts: PostgresConnection
  let shard: PostgresConnection

  package init(accounts: PostgresConnection, shard: PostgresConnection) {
    self.accounts = accounts
    self.shard = shard
  }

  /// Which engines become spaces, and why the others do not (E1–E3).
  package func select(_ requested: [String]?) async throws(PostgresError) -> EngineSelection {
    let engines = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
      try await AccountsReader(connection: accounts).engines()
    }
    let rows = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      try await shard.query(SQL.shardSchemas)
    }
    var schemas: Set<String> = []
    for row in rows { schemas.insert(try row.text("name")) }
    return EngineSelection(
      engines: engines, schemas: schemas, requested: requested.map { Set($0) })
  }

  /// What keeps engines from being read, by schema: those fail alone.
  func gaps(in engines: [OldEngine]) async throws(PostgresError) -> [String: SourceGap] {
    let gaps = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      try await SourceColumns.engine.gaps(in: engines.map(\.schema), on: shard)
    }
    return Dictionary(gaps.map { ($0.schema, $0) }) { first, _ in first }
  }

  /// Measures engines: exact rows, bytes as they will be on the wire; a few round trips for any
  /// number of engines. One that cannot be read counts as empty: it fails when its space is made.
  package func measure(_ engines: [OldEngine]) async throws(PostgresError) -> [EngineContext] {
    let gaps = try await gaps(in: engines)
    return try await shard.inSourceSnapshot { shard throws(PostgresError) in
      let dimensions = try await memoryDimensions(on: shard)
      var contexts: [EngineContext] = []
      for batch in engines.batches(of: enginesPerStatement) {
        let unmeasured = batch.map { engine in
          EngineContext(
            engine: engine, dimensions: dimensions[engine.schema] ?? 0, expectedRows: 0,
            expectedBytes: 0)
        }
        contexts += try await shard.releasingLocks { shard throws(PostgresError) in
          try await measure(unmeasured, unless: gaps, on: shard)
        }
      }
      return contexts
    }
  }

  private func measure(
    _ engines: [EngineContext], unless gaps: [String: SourceGap], on shard: PostgresConnection
  ) async throws(PostgresError) -> [EngineContext] {
    let readable = engines.filter { gaps[$0.schema] == nil }
    guard !readable.isEmpty else { return engines }
    let query = readable.map { engine in
      fillVariables(
        SQL.shardEngineSize,
        [
          "slug": engine.slug, "schema": engine.schema,
          "embedding_bytes": String(engine.embeddingBytes),
        ])
    }.joined(separator: "\nunion all\n")
    var sizes: [String: (rows: Int, bytes: Int)] = [:]
    for row in try await shard.query(query, operation: "measuring the engines") {
      sizes[try row.text("slug")] = (
        Int(try row.integer("rows")), Int(try row.integer("bytes"))
      )
    }
    return engines.map { engine in
      var measured = engine
      (measured.expectedRows, measured.expectedBytes) = sizes[engine.slug] ?? (0, 0)
      return measured
    }
  }
}

/// The embedding column's dimensions of every engine's schema (M5); 0 where it has none.
func memoryDimensions(
  on shard: PostgresConnection
) async throws(PostgresError) -> [String: Int] {
  var dimensions: [String: Int] = [:]
  for row in try await shard.query(SQL.shardMemoryDimensions) {
    dimensions[try row.text("schema")] = max(0, Int(try row.integer("dimensions")))
  }
  return dimensions
}

/// E4: the slugs of active engines of whose org nobody could be the space's admin.
func enginesWithoutAdmin(
  on accounts: PostgresConnection
) async throws(PostgresError) -> Set<String> {
  let rows = try await accounts.inSourceSnapshot { accounts throws(PostgresError) in
    try await accounts.query(SQL.accountsEnginesWithoutAdmin)
  }
  var slugs: Set<String> = []
  for row in rows { slugs.insert(try row.text("slug")) }
  return slugs
}

/// The jobs that are planned before any engine is looked at; each space job plans the rest of its
/// engine.
package enum BasePlan {
  /// The control plane's jobs.
  package static let control = [JobName.provisionAuth, .provisionCore, .identities]
    .map { Job(name: $0, generation: 1) }

  /// An engine's space and roster.
  package static func jobs(of engine: String, generation: Int) -> [Job] {
    [
      Job(name: .space(engine: engine), generation: generation),
      Job(name: .roster(engine: engine), generation: generation),
    ]
  }
}
