import Databases
import JobModel
import Mapping
import PostgresLink
import RunRecord

/// The memory and the parallel workers of an index build, limited so that all builds together fit into the
/// target's server.
package struct BuildBudget: Hashable, Sendable {
  /// The budget of one build.
  package struct Grant: Hashable, Sendable {
    var memoryBytes: Int
    /// Workers beside the session's own process.
    var workers: Int
  }

  private let memoryBytesEach: Int
  private let workersMax: Int

  /// - Parameters:
  ///   - maintenanceBytes: the server's `maintenance_work_mem`; a build never gets less.
  ///   - sharedBuffersBytes: the server's `shared_buffers`, which indicate its size: all builds together
  ///     may use as much again.
  ///   - parallelWorkersMax: the server's `max_parallel_maintenance_workers`.
  ///   - builds: the number of builds at the same time.
  package init(
    maintenanceBytes: Int, sharedBuffersBytes: Int, parallelWorkersMax: Int, builds: Int
  ) {
    memoryBytesEach = max(maintenanceBytes, sharedBuffersBytes / builds)
    workersMax = parallelWorkersMax
  }

  /// Rows below which starting a worker costs more than it saves (measured: 700 ms for a tiny table).
  private static let rowsForWorkers = 5_000

  func grant(rows: Int, _ index: NotedIndex) -> Grant {
    guard index.method == "hnsw" else { return Grant(memoryBytes: memoryBytesEach, workers: 0) }
    return Grant(
      memoryBytes: memoryBytesEach, workers: rows < Self.rowsForWorkers ? 0 : min(1, workersMax))
  }
}

extension BuildBudget {
  /// Reads the server's own settings.
  package init(
    server target: PostgresConnection, builds: Int
  ) async throws(PostgresError) {
    guard let row = try await target.query(SQL.indexServerMemory).first else {
      throw PostgresError(
        kind: .protocolViolation, message: "the server did not report its memory settings")
    }
    self.init(
      maintenanceBytes: Int(try row.integer("maintenance_bytes")),
      sharedBuffersBytes: Int(try row.integer("shared_buffers_bytes")),
      parallelWorkersMax: Int(try row.integer("workers")), builds: builds)
  }
}
