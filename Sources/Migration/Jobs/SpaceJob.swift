import Foundation
import JobModel
import Mapping
import PostgresLink
import SchemaPack

/// `<slug>/space`: the engine's data schema, its plan of id ranges, and its indexes: all noted, those that
/// are built again dropped.
struct SpaceJob {
  let environment: JobEnvironment
  let engine: EngineContext

  /// What the source says that the space must be made for.
  private struct Source: Sendable {
    var columns: [String: CatalogColumn]
    var chunks: [Job]
  }

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let source = try await readSource(try await lane.shardSession(), generation: job.generation)
    let target = try await lane.target.session()
    return try await target.inFencedTransaction(job, environment.fenceStatement) { target in
      try await provision(on: target)
      let columns = try MemoryColumns(
        source: source.columns,
        target: try await Migration.columns(of: engine.schema, "memory", on: target))
      try await PackAdaptation(target: target).checkMemory(engine.schema)
      let indexes = try await memoryIndexes(of: engine.schema, on: target)
      let (dropped, warnings) = try await drop(indexes, on: target)
      let builds = dropped.map { index in
        Job(
          name: .index(engine: engine.slug, name: index.name), generation: job.generation,
          expectedRows: engine.expectedRows, expectedBytes: buildWeight(of: index))
      }
      let state = TargetState(target)
      try await state.add(source.chunks + builds)
      try await state.add(
        [Fact(engine: engine.slug, kind: .columns, key: "memory", job: job.name, value: columns)]
          + indexes.map { noted($0, job) } + warnings.map { Fact($0, job: job.name) })
      return JobReceipt(newJobs: source.chunks + builds, warnings: warnings)
    }
  }

  /// Types and ranges, in one snapshot.
  private func readSource(_ shard: PostgresConnection, generation: Int) async throws -> Source {
    let (columns, rows) = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      let columns = try await Migration.columns(of: engine.schema, "memory", on: shard)
      let variables = [
        "schema": engine.schema, "embedding_bytes": String(engine.embeddingBytes),
      ]
      let ranges = try await shard.query(
        fillVariables(SQL.shardChunkRanges, variables),
        [.integer(Int64(environment.settings.chunkBytes))], operation: "planning \(engine.slug)")
      return (columns, ranges)
    }
    return Source(columns: columns, chunks: try chunks(rows, generation: generation))
  }

  /// The first range is open below and the last above, so that together they hold every id; an empty
  /// engine has one range all the same.
  private func chunks(_ rows: [SQLRow], generation: Int) throws -> [Job] {
    var chunks: [Job] = []
    var lo: UUID?
    for (number, row) in rows.enumerated() {
      let hi = number == rows.count - 1 ? nil : try row.uuid("hi")
      chunks.append(
        Job(
          name: .memories(engine: engine.slug, number: number), generation: generation,
          range: IDRange(lo: lo, hi: hi), expectedRows: Int(try row.integer("rows")),
          expectedBytes: Int(try row.integer("bytes"))))
      lo = hi
    }
    guard chunks.isEmpty else { return chunks }
    return [Job(name: .memories(engine: engine.slug, number: 0), generation: generation)]
  }

  private func provision(on target: PostgresConnection) async throws {
    let present = try await target.query(
      "select from pg_catalog.pg_namespace where nspname = $1", [.text(engine.schema)])
    guard present.isEmpty else {
      throw JobFailure(
        fate: .failEngine, message: "the target already has a schema \(engine.schema)",
        hint: "It is not of this run: drop or rename it, then resume.")
    }
    try await PackRunner(environment.pack).run(
      part: .space, schema: engine.schema,
      values: try .space(
        slug: engine.slug, language: engine.engine.language, dimensions: engine.dimensions),
      on: target)
  }

  /// Drops the indexes for the load, but keeps those of constraints, and those of a table or with
  /// properties that a definition does not carry.
  private func drop(
    _ indexes: [MemoryIndex], on target: PostgresConnection
  ) async throws -> (dropped: [MemoryIndex], warnings: [MigrationWarning]) {
    let isPlain =
      try await target.query(SQL.targetMemoryTable, [.text(engine.schema)])
      .first?.boolean("is_plain") ?? false
    let dropped = indexes.filter { isPlain && $0.isCarried }
    for index in dropped {
      try await target.query("drop index \(quoteIdentifier(engine.schema, index.name))")
    }
    let kept = indexes.filter { !$0.isConstraint && !(isPlain && $0.isCarried) }
    let warnings = kept.map { index in
      MigrationWarning(
        rule: "index", engine: engine.slug, row: nil,
        message: "Index \(index.name) is kept during the load, which is slower: "
          + (isPlain
            ? "it has properties that its definition does not carry."
            : "its table is partitioned or has foreign keys."))
    }
    return (dropped, warnings)
  }

  private func noted(_ index: MemoryIndex, _ job: Job) -> Fact {
    Fact(
      engine: engine.slug, kind: .index, key: index.name, job: job.name,
      value: NotedIndex(method: index.method, definition: index.definition))
  }

  /// For the order only: the slowest method first, and of one method the largest engine.
  private func buildWeight(of index: MemoryIndex) -> Int {
    index.method == "hnsw" ? engine.expectedBytes : engine.expectedBytes / 16
  }
}

/// An index as the space was provisioned with it; a fact's value.
struct NotedIndex: Codable, Hashable, Sendable {
  var method: String
  var definition: String
}
