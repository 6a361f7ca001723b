import Foundation
import LocalServers

/// The old model's own tables, for sources put together piece by piece. What goes into them is
/// plain SQL, through ``LocalCluster/run(_:database:variables:)``.
package enum OldModel {
  /// Creates the schema `accounts`, empty.
  package static func createAccounts(on cluster: LocalCluster, database: String) async throws {
    try await cluster.run(SQL.accounts, database: database)
  }

  /// Creates the schema `me_<slug>`, empty: every table, constraint and policy, and of memory's
  /// indexes the primary key alone.
  package static func createEngine(
    on cluster: LocalCluster, database: String, slug: String, dimensions: Int
  ) async throws {
    try await cluster.run(
      SQL.engine, database: database,
      variables: ["schema": "me_\(slug)", "dimensions": "\(dimensions)"])
  }

  /// Adds memory's secondary indexes, all but bm25 and hnsw. Faster after the rows.
  package static func createEngineIndexes(
    on cluster: LocalCluster, database: String, slug: String
  ) async throws {
    try await cluster.run(
      SQL.engineIndexes, database: database, variables: ["schema": "me_\(slug)"])
  }

  /// Appends generated memories to an engine, of the shape's size, seed and dimensions.
  ///
  /// - Parameter author: a user of that engine, whom all of them were created by.
  package static func addMemories(
    on cluster: LocalCluster, database: String, slug: String, shape: SourceShape, author: UUID
  ) async throws {
    let generator = MemoryGenerator(
      dimensions: shape.dimensions, indexes: 0..<shape.rows,
      withoutEmbedding: shape.withoutEmbedding, authors: [author])
    try await generator.load(
      on: cluster, database: database, slug: slug, random: SeededRandom(seed: shape.seed, part: 0))
  }
}

extension MemoryGenerator {
  /// Streams the memories into an engine and puts those without an embedding into its queue.
  func load(
    on cluster: LocalCluster, database: String, slug: String, random: SeededRandom
  ) async throws {
    try await cluster.copyIn(
      "copy me_\(slug).memory (\(Self.columns)) from stdin (format binary)", database: database
    ) { write in
      try self.write(random: random, to: write)
    }
    try await cluster.run(
      """
      insert into :"schema".embedding_queue (memory_id, embedding_version, vt, created_at)
      select id, embedding_version, created_at, created_at from :"schema".memory
      where embedding is null order by id;
      """, database: database, variables: ["schema": "me_\(slug)"])
  }
}
