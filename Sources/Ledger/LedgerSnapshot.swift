import Foundation
import JobModel

/// Everything that `status` shows, from one consistent read.
package struct LedgerSnapshot: Hashable, Sendable {
  package var takenAt: Date
  package var run: LedgerRun
  package var databases: [DatabaseRole: DatabaseFingerprint]
  /// The engines by slug, including skipped ones.
  package var engines: [EngineStatus]
  package var controlPlane: [JobRecord]
  /// The done and remaining work of each kind of job, for an estimate of the time left.
  package var kinds: [JobKind: KindTotals]
  /// The number of all warnings, including those of the control plane.
  package var warnings: Int
  package var rejectedRows: Int
  /// The last pass over live sources; nil where there was none.
  package var lastPass: PassRecord?
  /// How fast bytes have flowed within the window before `takenAt`, those in flight included.
  package var bytesPerSecond: Double
  /// On the average, over the time that the run was at work.
  package var bytesPerSecondWorked: Double
  /// Why its process stopped, where the run did not come to its end; nil where nobody said.
  package var stopReason: String?
}

/// One engine's line in `status`. Rows and bytes are memories.
package struct EngineStatus: Hashable, Sendable {
  package var engine: EngineRecord
  /// The first kind with a running job, else the first with a job left; nil if everything is done or
  /// nothing is planned yet.
  package var phase: JobKind?
  /// Committed, and in flight.
  package var rowsDone = 0
  package var bytesDone = 0
  /// The counted rows of done jobs and the expected rows of the others; equal to `rowsDone` when all are
  /// done.
  package var rowsTotal = 0
  package var bytesTotal = 0
  package var jobsDone = 0
  package var jobsTotal = 0
  /// Attempts beyond each job's first.
  package var retries = 0
  package var warnings = 0
  package var rejectedRows = 0
  /// Within the window before the snapshot was taken.
  package var bytesPerSecond = 0.0
  package var running: [JobRecord] = []
  /// The latest error of any of its jobs, even if a later attempt succeeded.
  package var lastFailure: RecordedFailure?
}

/// The done and remaining work of all jobs of one kind.
package struct KindTotals: Hashable, Sendable {
  package var jobs = 0
  package var jobsDone = 0
  package var jobsFailed = 0
  package var expectedBytes = 0
  /// The expected bytes of the jobs that are done: with `spent`, the cost of a byte.
  package var expectedBytesDone = 0
  /// Lane time of the jobs that were done by this run; lanes run at the same time.
  package var spent: Duration = .zero
}

extension LedgerSnapshot {
  /// Over all engines that are not skipped.
  package var rowsDone: Int { migrated.map(\.rowsDone).reduce(0, +) }
  package var rowsTotal: Int { migrated.map(\.rowsTotal).reduce(0, +) }
  package var bytesDone: Int { migrated.map(\.bytesDone).reduce(0, +) }
  package var bytesTotal: Int { migrated.map(\.bytesTotal).reduce(0, +) }
  package var retries: Int { migrated.map(\.retries).reduce(0, +) }

  private var migrated: [EngineStatus] { engines.filter { $0.engine.state != .skipped } }

  /// As it is to be read where no process is at work: nothing flows, and the run's rate is that of its own
  /// time.
  package var atRest: LedgerSnapshot {
    var snapshot = self
    snapshot.bytesPerSecond = bytesPerSecondWorked
    for index in snapshot.engines.indices { snapshot.engines[index].bytesPerSecond = 0 }
    return snapshot
  }

  /// How many engines are in `state`.
  package func engineCount(_ state: EngineState) -> Int {
    engines.count { $0.engine.state == state }
  }
}
