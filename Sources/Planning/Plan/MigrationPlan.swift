import Databases
import JobModel
import Mapping
import OldModel
import RunRecord
import Scheduling

/// The jobs that a run would have, before anything is written.
package struct MigrationPlan: Sendable {
  /// To become spaces, the largest first: the order in which a run takes them.
  package var engines: [Engine]
  /// Left out, and why (E1–E3).
  package var skipped: [EngineSelection.Skipped]
  package var estimate: PlanEstimate

  package struct Engine: Sendable {
    package var slug: String
    package var dimensions: Int
    package var rows: Int
    /// As they will be on the wire.
    package var bytes: Int
    package var chunks: [Chunk]
    /// To be built after its memories are there.
    package var indexes: [Index]
    /// Why it would fail, as far as can be seen now (E4, or it cannot be read, or no
    /// space can be made for it).
    package var failure: String?

    /// Its space, chunks, indexes and roster.
    package var jobs: Int { chunks.count + indexes.count + 2 }
  }

  package struct Chunk: Hashable, Sendable {
    package var rows: Int
    package var bytes: Int
  }

  package struct Index: Hashable, Sendable {
    package var name: String
    package var method: String
    /// By `PlanEstimate`'s constants.
    package var seconds: Double
  }

  /// Of the control plane: provisioning and identities.
  package var controlJobs: Int { BasePlan.control.count }
  package var jobs: Int { engines.reduce(controlJobs) { $0 + $1.jobs } }
  package var rows: Int { engines.reduce(0) { $0 + $1.rows } }
  package var bytes: Int { engines.reduce(0) { $0 + $1.bytes } }
  package var chunks: Int { engines.reduce(0) { $0 + $1.chunks.count } }
  package var indexes: Int { engines.reduce(0) { $0 + $1.indexes.count } }
}

/// How long a run may take. An estimate: copying from a short measurement of the network over one
/// session, building from what was measured on two cores of a small server.
package struct PlanEstimate: Hashable, Sendable {
  /// What one session carried from the shard, and to the target.
  package var sourceBytesPerSecond: Double
  package var targetBytesPerSecond: Double
  /// The lesser of the two, and of the rate limit.
  package var bytesPerSecond: Double
  package var copySeconds: Double
  /// For all index builds, over as many lanes as there are.
  package var buildSeconds: Double
  /// For what every engine costs whatever its size: its schema, its roster, its proof.
  package var engineSeconds: Double
  package var totalSeconds: Double

  /// 62,111 embeddings of 1,536 dimensions took two builds at a time, on two cores, 45 s.
  static let hnswSecondsPerRowAndDimension = 90.0 / 62_111 / 1_536
  /// The other methods, on content of 900 bytes.
  static let indexSecondsPerRow = 0.000_05
  /// Of one control lane.
  static let secondsPerEngine = 0.15

  static func buildSeconds(method: String, rows: Int, dimensions: Int) -> Double {
    method == "hnsw"
      ? hnswSecondsPerRowAndDimension * Double(rows * dimensions)
      : indexSecondsPerRow * Double(rows)
  }
}

extension PlanEstimate {
  /// - Parameters:
  ///   - source: what was measured of the shard; `target`, likewise.
  ///   - controlLanes: engines whose schemas and rosters are made at the same time.
  init(
    _ engines: [MigrationPlan.Engine], source: NetworkReading, target: NetworkReading,
    tuning: RunTuning, controlLanes: Int
  ) {
    sourceBytesPerSecond = source.bytesPerSecond
    targetBytesPerSecond = target.bytesPerSecond
    bytesPerSecond = min(
      source.bytesPerSecond, target.bytesPerSecond,
      tuning.bytesPerSecondMax.map(Double.init) ?? .infinity)
    copySeconds = engines.reduce(0.0) { $0 + Double($1.bytes) } / bytesPerSecond
    let builds = engines.flatMap(\.indexes).map(\.seconds)
    buildSeconds = max(
      builds.max() ?? 0, builds.reduce(0, +) / Double(tuning.indexBuilds))
    engineSeconds = Self.secondsPerEngine * Double(engines.count) / Double(controlLanes)
    // The builds begin when the first, the largest, engine is copied; all else goes on beside them.
    let largest = Double(engines.map(\.bytes).max() ?? 0) / bytesPerSecond
    totalSeconds = max(copySeconds, engineSeconds, largest + buildSeconds)
  }
}
