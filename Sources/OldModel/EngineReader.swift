import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// Reads the engines and their sizes, from which a run is planned.
package struct EngineReader {
  package let accounts: PostgresConnection
  package let shard: PostgresConnection

  package init(accounts: PostgresConnection, shard: PostgresConnection) {
    self.accounts = accounts
    self.shard = shard
  }

  /// The engines that become spaces, and the reasons why the others do not (E1–E3).
  package func select(_ requested: [String]?) async throws(PostgresError) -> EngineSelection {
    let engines = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
      try await AccountsReader(connection: accounts).engines()
    }
    let schemas = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await engineSchemas(on: shard)
    }
    return EngineSelection(
      engines: engines, schemas: schemas, requested: requested.map { Set($0) })
  }

  /// The gaps that keep engines from being read, by schema: those engines fail alone.
  package func gaps(in engines: [OldEngine]) async throws(PostgresError) -> [String: SourceGap] {
    let gaps = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await SourceColumns.engine.gaps(in: engines.map(\.schema), on: shard)
    }
    return Dictionary(gaps.map { ($0.schema, $0) }) { first, _ in first }
  }

  /// Measures engines: the exact rows, and the bytes on the wire, in a few round trips for any number of
  /// engines. An engine that cannot be read counts as empty: it fails when its space is created.
  package func measure(_ engines: [OldEngine]) async throws(PostgresError) -> [MeasuredEngine] {
    let gaps = try await gaps(in: engines)
    return try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      let dimensions = try await memoryDimensions(on: shard)
      var contexts: [MeasuredEngine] = []
      for batch in engines.batches(of: enginesPerStatement) {
        let unmeasured = batch.map { engine in
          MeasuredEngine(
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
    _ engines: [MeasuredEngine], unless gaps: [String: SourceGap], on shard: PostgresConnection
  ) async throws(PostgresError) -> [MeasuredEngine] {
    let readable = engines.filter { gaps[$0.schema] == nil }
    guard !readable.isEmpty else { return engines }
    let query = readable.map { engine in
      fillVariables(
        SQL.memoryEngineSize,
        [
          "slug": engine.slug, "schema": engine.schema,
          "embedding_bytes": String(engine.embeddingBytes),
        ], fragments: ["row_bytes": SQL.memoryRowBytes])
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

/// The schemas of engines at the source, active or not, or of spaces in the target.
package func engineSchemas(
  on connection: PostgresConnection
) async throws(PostgresError) -> Set<String> {
  var schemas: Set<String> = []
  for row in try await connection.query(SQL.shardSchemas, [.text(SpaceSchema.prefix)]) {
    schemas.insert(try row.text("name"))
  }
  return schemas
}

/// The embedding column's dimensions of every engine's schema (M5); 0 where it has none.
package func memoryDimensions(
  on shard: PostgresConnection
) async throws(PostgresError) -> [String: Int] {
  var dimensions: [String: Int] = [:]
  for row in try await shard.query(SQL.memoryDimensions, [.text(SpaceSchema.prefix)]) {
    dimensions[try row.text("schema")] = max(0, Int(try row.integer("dimensions")))
  }
  return dimensions
}

/// E4: the slugs of active engines whose org has nobody who could be the space's admin.
package func enginesWithoutAdmin(
  on accounts: PostgresConnection
) async throws(PostgresError) -> Set<String> {
  let rows = try await accounts.inReadOnlySnapshot { accounts throws(PostgresError) in
    try await accounts.query(SQL.accountsEnginesWithoutAdmin)
  }
  var slugs: Set<String> = []
  for row in rows { slugs.insert(try row.text("slug")) }
  return slugs
}
