import Databases
import JobModel
import Mapping
import OldModel
import RunRecord
import Scheduling

/// The jobs that a run would have, before anything is written.
package struct MigrationPlan: Sendable {
  /// The engines that become spaces, largest first.
  package var engines: [Engine]
  /// The engines that are left out, with the reasons (E1–E3).
  package var skipped: [EngineSelection.Skipped]
  package var estimate: PlanEstimate

  package struct Engine: Sendable {
    package var slug: String
    package var dimensions: Int
    package var rows: Int
    /// Bytes on the wire.
    package var bytes: Int
    package var chunks: [Chunk]
    /// The indexes that are built after the memories are copied.
    package var indexes: [Index]
    /// The reason why the engine would fail, as far as it is known now: E4, or it cannot be read, or no
    /// space can be created for it.
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

  /// The jobs of the control plane: provisioning and identities.
  package var controlJobs: Int { BasePlan.control.count }
  package var jobs: Int { engines.reduce(controlJobs) { $0 + $1.jobs } }
  package var rows: Int { engines.reduce(0) { $0 + $1.rows } }
  package var bytes: Int { engines.reduce(0) { $0 + $1.bytes } }
  package var chunks: Int { engines.reduce(0) { $0 + $1.chunks.count } }
  package var indexes: Int { engines.reduce(0) { $0 + $1.indexes.count } }
}

/// An estimate of a run's duration: for copying from a short measurement of the network over one session, for
/// index builds from measurements on two cores of a small server.
package struct PlanEstimate: Hashable, Sendable {
  /// The rates that one session reached, from the shard and to the target.
  package var sourceBytesPerSecond: Double
  package var targetBytesPerSecond: Double
  /// The lesser of the two, and of the rate limit.
  package var bytesPerSecond: Double
  package var copySeconds: Double
  /// The time of all index builds, over all build lanes.
  package var buildSeconds: Double
  /// The time that each engine takes whatever its size: its schema, its roster, its proof.
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
  ///   - source: the measurement of the shard; `target` is that of the target.
  ///   - controlLanes: the number of engines whose schemas and rosters are created at the same time.
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
    // The builds begin when the first, largest engine is copied. Everything else runs beside them.
    let largest = Double(engines.map(\.bytes).max() ?? 0) / bytesPerSecond
    totalSeconds = max(copySeconds, engineSeconds, largest + buildSeconds)
  }
}
