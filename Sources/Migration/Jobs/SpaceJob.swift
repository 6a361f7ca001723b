import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// `<slug>/space`: creates the space's schema, plans its ranges, and notes its indexes. Drops the indexes
/// that are built again after the load.
struct SpaceJob {
  let fence: FenceStatement
  let pack: SchemaPack
  /// The intended size of one memory chunk in bytes.
  let chunkBytes: Int
  let engine: MeasuredEngine

  /// The source's columns and ranges, for which the space is made.
  private struct Source: Sendable {
    var columns: [String: CatalogColumn]
    var chunks: [Job]
  }

  func run(_ job: Job, _ lane: ControlLane) async throws -> JobReceipt {
    let source = try await readSource(try await lane.shardSession(), generation: job.generation)
    let target = try await lane.target.session()
    return try await target.inFencedTransaction(job, fence) { target in
      try await provision(on: target)
      let columns = try MemoryColumns(
        source: source.columns,
        target: try await Databases.columns(of: engine.schema, "memory", on: target))
      try await PackRequirements(target: target).checkMemory(engine.schema)
      let indexes = try await memoryIndexes(of: engine.schema, on: target)
      let (dropped, warnings) = try await drop(indexes, on: target)
      let builds = dropped.map { index in
        Job(
          name: .index(engine: engine.slug, name: index.name), generation: job.generation,
          expectedRows: engine.expectedRows, expectedBytes: buildWeight(of: index))
      }
      let state = RunTables(target)
      try await state.add(source.chunks + builds)
      try await state.add(
        [Fact(engine: engine.slug, kind: .columns, key: "memory", job: job.name, value: columns)]
          + indexes.map { noted($0, job) } + warnings.map { Fact($0, job: job.name) })
      return JobReceipt(newJobs: source.chunks + builds, warnings: warnings)
    }
  }

  /// Types and ranges, in one snapshot.
  private func readSource(_ shard: PostgresConnection, generation: Int) async throws -> Source {
    let (columns, ranges) = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      (
        try await Databases.columns(of: engine.schema, "memory", on: shard),
        try await engine.plannedRanges(
          chunkBytes: chunkBytes, on: shard)
      )
    }
    let chunks = ranges.enumerated().map { number, planned in
      Job(
        name: .memories(engine: engine.slug, number: number), generation: generation,
        range: planned.range, expectedRows: planned.rows, expectedBytes: planned.bytes)
    }
    return Source(columns: columns, chunks: chunks)
  }

  private func provision(on target: PostgresConnection) async throws {
    let present = try await target.query(
      "select from pg_catalog.pg_namespace where nspname = $1", [.text(engine.schema)])
    guard present.isEmpty else {
      throw JobFailure(
        fate: .failEngine, message: "the target already has a schema \(engine.schema)",
        hint: "Drop or rename it, because it is not of this run. Then run `orchestrator resume`.")
    }
    try await PackRunner(pack).run(
      part: .space, schema: engine.schema,
      values: try .space(
        slug: engine.slug, language: engine.engine.language, dimensions: engine.dimensions),
      on: target)
  }

  /// Drops the indexes for the load, except those that stay (``MemoryIndex/isDroppedForLoad``). A warning
  /// names each index that stays without belonging to a constraint.
  private func drop(
    _ indexes: [MemoryIndex], on target: PostgresConnection
  ) async throws -> (dropped: [MemoryIndex], warnings: [MigrationWarning]) {
    let dropped = indexes.filter(\.isDroppedForLoad)
    for index in dropped {
      try await target.query("drop index \(quoteIdentifier(engine.schema, index.name))")
    }
    let kept = indexes.filter { !$0.isConstraint && !$0.isDroppedForLoad }
    let warnings = kept.map { index in
      MigrationWarning(
        rule: "index", engine: engine.slug, row: nil,
        message:
          "Index \(index.name) is kept during the load, which is slower: its definition does "
          + "not carry all of its properties, or its table is partitioned or has foreign keys.")
    }
    return (dropped, warnings)
  }

  private func noted(_ index: MemoryIndex, _ job: Job) -> Fact {
    Fact(
      engine: engine.slug, kind: .index, key: index.name, job: job.name,
      value: NotedIndex(method: index.method, definition: index.definition))
  }

  /// A weight that orders the builds: the slowest method first, and within a method the largest engine.
  private func buildWeight(of index: MemoryIndex) -> Int {
    index.method == "hnsw" ? engine.expectedBytes : engine.expectedBytes / 16
  }
}
