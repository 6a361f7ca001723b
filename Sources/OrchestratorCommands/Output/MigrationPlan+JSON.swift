import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// `plan --json`. Bytes are those on the wire; seconds are estimates.
struct PlanJSON: Encodable {
  /// The largest first: the order in which a run takes them.
  var engines: [Engine]
  var skipped: [Skipped]
  var totals: Totals
  var estimate: Estimate

  struct Engine: Encodable {
    var slug: String
    var dimensions: Int
    var rows: Int
    var bytes: Int
    var jobs: Int
    /// In the order of their ids.
    var chunks: [Chunk]
    var indexes: [Index]
    /// Why it would fail; null where nothing says so.
    @OrNull var failure: String?
  }

  struct Chunk: Encodable {
    var rows: Int
    var bytes: Int
  }

  struct Index: Encodable {
    var name: String
    var method: String
    var estimatedSeconds: Double
  }

  struct Skipped: Encodable {
    var slug: String
    var rule: String
    var reason: String
  }

  struct Totals: Encodable {
    var engines: Int
    var skippedEngines: Int
    var rows: Int
    var bytes: Int
    var jobs: Int
    var chunks: Int
    var indexes: Int
  }

  struct Estimate: Encodable {
    var sourceBytesPerSecond: Double
    var targetBytesPerSecond: Double
    /// The lesser of both, and of the rate limit.
    var bytesPerSecond: Double
    var copySeconds: Double
    var buildSeconds: Double
    var engineSeconds: Double
    var totalSeconds: Double
  }
}

extension PlanJSON {
  init(_ plan: MigrationPlan) {
    engines = plan.engines.map(Engine.init)
    skipped = plan.skipped.map {
      Skipped(slug: $0.slug, rule: $0.reason.rule.rawValue, reason: $0.reason.message)
    }
    totals = Totals(
      engines: plan.engines.count, skippedEngines: plan.skipped.count, rows: plan.rows,
      bytes: plan.bytes, jobs: plan.jobs, chunks: plan.chunks, indexes: plan.indexes)
    let estimate = plan.estimate
    self.estimate = Estimate(
      sourceBytesPerSecond: estimate.sourceBytesPerSecond,
      targetBytesPerSecond: estimate.targetBytesPerSecond,
      bytesPerSecond: estimate.bytesPerSecond, copySeconds: estimate.copySeconds,
      buildSeconds: estimate.buildSeconds, engineSeconds: estimate.engineSeconds,
      totalSeconds: estimate.totalSeconds)
  }
}

extension PlanJSON.Engine {
  init(_ engine: MigrationPlan.Engine) {
    self.init(
      slug: engine.slug, dimensions: engine.dimensions, rows: engine.rows, bytes: engine.bytes,
      jobs: engine.jobs, chunks: engine.chunks.map { .init(rows: $0.rows, bytes: $0.bytes) },
      indexes: engine.indexes.map {
        .init(name: $0.name, method: $0.method, estimatedSeconds: $0.seconds)
      }, failure: engine.failure)
  }
}
