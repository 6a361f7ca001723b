import Foundation
import PostgresLink

/// What the catalog and a count say of the memories of several spaces.
struct SpaceStorage: Sendable {
  struct Index: Hashable, Sendable {
    var isValid: Bool
    var definition: String
  }

  /// Counts over one space's memories and its queue.
  struct Counts: Sendable {
    var rows: Int
    var unembedded: Int
    var named: Int
    /// M2: lacks an embedding and has no open queue row of its version.
    var unqueued: Int
    var queuedTwice: Int
    /// Has an embedding and is queued.
    var queuedNeedlessly: Int
    /// A memory that one of these is about.
    var example: String?
  }

  /// By slug: the columns of `memory`; empty where there is none.
  var columns: [String: Set<String>] = [:]
  /// By slug: the columns of `embedding_queue`; empty where there is none.
  var queueColumns: [String: Set<String>] = [:]
  var indexes: [String: [String: Index]] = [:]
  /// By slug, where both tables are there.
  var counts: [String: Counts] = [:]

  /// The column that is `embedding_version` at the source.
  func version(of slug: String) -> String { Self.version(among: columns[slug]) }

  /// The queue's column of that meaning.
  func queueVersion(of slug: String) -> String { Self.version(among: queueColumns[slug]) }

  private static func version(among columns: Set<String>?) -> String {
    columns?.contains("content_version") == true ? "content_version" : "embedding_version"
  }
}

/// Reads the storage of several spaces, in two round trips.
struct SpaceStorageReader {
  let target: PostgresConnection

  func storage(_ slugs: [String]) async throws(PostgresError) -> SpaceStorage {
    let schemas = "{" + slugs.map { "me_\($0)" }.joined(separator: ",") + "}"
    let statements = [SQL.verifyMemoryTables, SQL.verifyIndexes]
      .map { fillVariables($0, ["schemas": schemas]) }
    let results = try await target.script(
      statements.joined(separator: ";\n"), operation: "reading the spaces' tables")
    var storage = SpaceStorage()
    for row in results[0] {
      let slug = try row.text("slug")
      guard try row.text("table") == "memory" else {
        storage.queueColumns[slug, default: []].insert(try row.text("column"))
        continue
      }
      storage.columns[slug, default: []].insert(try row.text("column"))
    }
    for row in results[1] {
      storage.indexes[try row.text("slug"), default: [:]][try row.text("name")] =
        SpaceStorage.Index(
          isValid: try row.boolean("is_valid"), definition: try row.text("definition"))
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
        SQL.verifyTargetMemories,
        [
          "slug": $0, "schema": "me_\($0)", "version": storage.version(of: $0),
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
