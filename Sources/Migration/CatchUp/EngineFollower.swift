import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// One engine's copy beside its source: looks for changes, and catches them up.
struct EngineFollower {
  let fence: FenceStatement
  let engine: MeasuredEngine
  /// M4: rows that the target refuses are set aside, instead of failing the engine.
  let quarantines: Bool
  /// The space is published: what others have written there stays as it is.
  var isShared = false
  let shard: PostgresConnection
  let target: PostgresConnection
  let lane: StreamLane

  /// The copy, as the target's marks tell it.
  func copy() async throws -> EngineCopy {
    guard let copy = try await RunTables(target).readCopies(engine: engine.slug)[engine.slug]
    else {
      throw JobFailure(
        fate: .reconcile, message: "\(engine.slug): not all of its chunks are in the target")
    }
    return copy
  }

  /// One look at the source.
  func movement(of copy: EngineCopy) async throws -> Movement {
    let looks = try await SourceLook.take([(engine, copy.watermark)], on: shard)
    guard let look = looks[engine.slug] else {
      throw PostgresError(kind: .protocolViolation, message: "the source told no state")
    }
    return Movement(of: copy, at: look)
  }

  /// Makes the copy equal to the source, in batches that a crash leaves whole.
  func catchUp(_ copy: EngineCopy, _ movement: Movement) async throws -> CaughtUp {
    let (catchUp, ranges) = try await prepare(movement)
    return try await catchUp.run(copy, movement, ranges: ranges)
  }

  /// How many rows differ; changes nothing.
  func count(_ copy: EngineCopy, _ movement: Movement) async throws -> Int {
    let (catchUp, ranges) = try await prepare(movement)
    return try await catchUp.count(copy, movement, ranges: ranges)
  }

  private func prepare(_ movement: Movement) async throws -> (CatchUp, ranges: [IDRange]) {
    let tables = RunTables(target)
    let facts = try await tables.readFacts(engine: engine.slug)
    guard let fact = facts.first(where: { $0.kind == .columns }) else {
      throw JobFailure(
        fate: .reconcile, message: "\(engine.slug): the target does not know its columns")
    }
    let columns = try fact.decoded(MemoryColumns.self)
    try await refuseOtherColumns(movement)
    let ranges = try await tables.readPlan(engine: engine.slug).jobs
      .filter { $0.name.kind == .memories }.map(\.range)
      .sorted { ($0.lo?.uuidString ?? "") < ($1.lo?.uuidString ?? "") }
    let scripts = CatchUpScripts(
      fence: fence, engine: engine, columns: columns,
      source: MemoryTable(
        schema: engine.schema, version: "embedding_version",
        extensions: try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
          try await ExtensionSchemas(of: shard)
        }),
      copy: MemoryTable(
        schema: engine.schema, version: columns.version,
        extensions: try await ExtensionSchemas(of: target)))
    let catchUp = CatchUp(
      scripts: scripts, quarantines: quarantines, isShared: isShared, shard: shard,
      target: target, lane: lane)
    return (catchUp, ranges)
  }

  /// With another shape, the columns are compared as they were before the space was made.
  private func refuseOtherColumns(_ movement: Movement) async throws {
    guard case .everything = movement else { return }
    let source = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      try await columns(of: engine.schema, "memory", on: shard)
    }
    _ = try MemoryColumns(
      source: source, target: try await columns(of: engine.schema, "memory", on: target))
  }
}
