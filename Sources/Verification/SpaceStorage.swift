import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink

/// The catalog's columns, and the counts, of the memories of several spaces.
struct SpaceStorage: Sendable {
  /// Counts over one space's memories and its queue.
  struct Counts: Sendable {
    var rows: Int
    var unembedded: Int
    var named: Int
    /// M2: memories without an embedding and without an open queue row of their version.
    var unqueued: Int
    var queuedTwice: Int
    /// Memories that have an embedding and are queued.
    var queuedNeedlessly: Int
    /// One of these memories.
    var example: String?
  }

  /// By slug: the columns of `memory`; empty if there is no such table.
  var columns: [String: Set<String>] = [:]
  /// By slug: the columns of `embedding_queue`; empty if there is no such table.
  var queueColumns: [String: Set<String>] = [:]
  var indexes: [String: [String: MemoryIndex]] = [:]
  /// By slug, for spaces with both tables.
  var counts: [String: Counts] = [:]

  /// The column that is `embedding_version` at the source.
  func version(of slug: String) -> String { MemoryColumns.versionName(among: columns[slug] ?? []) }

  /// The queue's column with that meaning.
  func queueVersion(of slug: String) -> String {
    MemoryColumns.versionName(among: queueColumns[slug] ?? [])
  }
}

/// Reads the storage of several spaces, in three round trips.
struct SpaceStorageReader {
  let target: PostgresConnection

  func storage(_ slugs: [String]) async throws(PostgresError) -> SpaceStorage {
    let schemas = Dictionary(uniqueKeysWithValues: slugs.map { (SpaceSchema.name(of: $0), $0) })
    var storage = SpaceStorage()
    let columns = try await target.query(
      SQL.memoryTables, [.textArray(schemas.keys.sorted())],
      operation: "reading the spaces' tables")
    for row in columns {
      guard let slug = schemas[try row.text("schema")] else { continue }
      guard try row.text("table") == "memory" else {
        storage.queueColumns[slug, default: []].insert(try row.text("column"))
        continue
      }
      storage.columns[slug, default: []].insert(try row.text("column"))
    }
    for (schema, indexes) in try await memoryIndexes(of: schemas.keys.sorted(), on: target) {
      guard let slug = schemas[schema] else { continue }
      storage.indexes[slug] = Dictionary(uniqueKeysWithValues: indexes.map { ($0.name, $0) })
    }
    storage.counts = try await counts(
      slugs.filter { storage.columns[$0] != nil && storage.queueColumns[$0] != nil }, storage)
    return storage
  }

  private func counts(
    _ slugs: [String], _ storage: SpaceStorage
  ) async throws(PostgresError) -> [String: SpaceStorage.Counts] {
    guard !slugs.isEmpty else { return [:] }
    let queries = slugs.map {
      fillVariables(
        SQL.targetMemories,
        [
          "slug": $0, "schema": SpaceSchema.name(of: $0), "version": storage.version(of: $0),
          "queue_version": storage.queueVersion(of: $0),
        ])
    }
    var counts: [String: SpaceStorage.Counts] = [:]
    let rows = try await target.query(
      queries.joined(separator: "union all\n"), operation: "counting the spaces' memories")
    for row in rows {
      counts[try row.text("slug")] = SpaceStorage.Counts(
        rows: Int(try row.integer("rows")), unembedded: Int(try row.integer("unembedded")),
        named: Int(try row.integer("named")), unqueued: Int(try row.integer("unqueued")),
        queuedTwice: Int(try row.integer("queued_twice")),
        queuedNeedlessly: Int(try row.integer("queued_needlessly")), example: row["example"])
    }
    return counts
  }
}
