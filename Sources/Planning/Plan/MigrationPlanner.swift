import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// Plans a run without writing. It provisions the target once to learn its indexes, and rolls that back.
package struct MigrationPlanner {
  let accounts: PostgresConnection
  let shard: PostgresConnection
  let target: PostgresConnection
  let pack: SchemaPack
  let settings: RunSettings
  let tuning: RunTuning
  let allowsSkipped: Bool

  /// - Parameter allowsSkipped: whether requested engines that are not active may be skipped.
  package init(
    accounts: PostgresConnection, shard: PostgresConnection, target: PostgresConnection,
    pack: SchemaPack, settings: RunSettings, tuning: RunTuning, allowsSkipped: Bool
  ) {
    self.accounts = accounts
    self.shard = shard
    self.target = target
    self.pack = pack
    self.settings = settings
    self.tuning = tuning
    self.allowsSkipped = allowsSkipped
  }

  /// Throws `UnmetRequest` if a requested engine cannot be migrated, `PackError` if the target cannot be
  /// provisioned.
  package func run() async throws -> MigrationPlan {
    let planner = EngineReader(accounts: accounts, shard: shard)
    let selection = try await planner.select(settings.engines)
    try selection.requireMet(settings.engines, allowsSkipped: allowsSkipped)
    let measured = try await planner.measure(selection.chosen)
    let gaps = try await planner.gaps(in: selection.chosen)
    let rehearsal = try await PackRehearsal(pack: pack, target: target).run(
      Set(measured.map(\.shape)).sorted())
    let chunks = try await chunks(of: measured)
    let withoutAdmin = try await enginesWithoutAdmin(on: accounts)
    let engines = measured.sorted { ($1.expectedBytes, $0.slug) < ($0.expectedBytes, $1.slug) }
      .map { engine in
        MigrationPlan.Engine(
          engine, chunks: chunks[engine.slug] ?? [], rehearsal, gap: gaps[engine.schema],
          lacksAdmin: withoutAdmin.contains(engine.slug))
      }
    return MigrationPlan(
      engines: engines, skipped: selection.skipped, estimate: try await estimate(engines))
  }

  private func estimate(_ engines: [MigrationPlan.Engine]) async throws -> PlanEstimate {
    return PlanEstimate(
      engines, source: try await NetworkProbe(connection: shard, side: .source).measure(),
      target: try await NetworkProbe(connection: target, side: .target).measure(),
      tuning: tuning, controlLanes: LaneLimits(tuning)[.control])
  }

  /// An engine that fits into one chunk has one range. Only the others are asked for their ranges.
  private func chunks(
    of engines: [MeasuredEngine]
  ) async throws(PostgresError) -> [String: [MigrationPlan.Chunk]] {
    try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      var chunks: [String: [MigrationPlan.Chunk]] = [:]
      for engine in engines {
        guard engine.expectedBytes > settings.chunkBytes else {
          chunks[engine.slug] = [
            MigrationPlan.Chunk(rows: engine.expectedRows, bytes: engine.expectedBytes)
          ]
          continue
        }
        chunks[engine.slug] = try await shard.releasingLocks { shard throws(PostgresError) in
          try await engine.plannedRanges(chunkBytes: settings.chunkBytes, on: shard)
        }.map { MigrationPlan.Chunk(rows: $0.rows, bytes: $0.bytes) }
      }
      return chunks
    }
  }
}

extension MeasuredEngine {
  fileprivate var shape: SpaceShape {
    SpaceShape(language: engine.language, dimensions: dimensions)
  }
}

extension MigrationPlan.Engine {
  fileprivate init(
    _ engine: MeasuredEngine, chunks: [MigrationPlan.Chunk], _ rehearsal: PackRehearsal.Outcome,
    gap: SourceGap?, lacksAdmin: Bool
  ) {
    slug = engine.slug
    dimensions = engine.dimensions
    rows = engine.expectedRows
    bytes = engine.expectedBytes
    self.chunks = chunks
    indexes = (rehearsal.indexes[engine.shape] ?? []).map { index in
      MigrationPlan.Index(
        name: index.name, method: index.method,
        seconds: PlanEstimate.buildSeconds(
          method: index.method, rows: engine.expectedRows, dimensions: engine.dimensions))
    }
    failure =
      lacksAdmin
      ? "E4: no owner or admin of its org was migrated"
      : gap?.message ?? rehearsal.refusals[engine.shape]?.problem
  }
}
