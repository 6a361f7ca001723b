import Foundation

/// What a run is, from its first moment on.
package struct NewRun: Hashable, Sendable {
  package var id: UUID
  package var toolVersion: String
  /// Of the schema pack that the run provisions with.
  package var packHash: String
  /// JSON of the settings that the result depends on; fixed for the whole run.
  package var resultSettings: String
  /// JSON of the settings that a resume may change (workers, rates).
  package var tuningSettings: String

  package init(
    id: UUID, toolVersion: String, packHash: String, resultSettings: String, tuningSettings: String
  ) {
    self.id = id
    self.toolVersion = toolVersion
    self.packHash = packHash
    self.resultSettings = resultSettings
    self.tuningSettings = tuningSettings
  }
}

/// The run as the ledger has it.
package struct LedgerRun: Hashable, Sendable {
  package var identity: NewRun
  /// The last epoch that was taken over with; 0 before the first takeover.
  package var epoch: Int
  package var state: RunState
  package var createdAt: Date
  /// The last sign of life of a process that wrote, about a second old while one works.
  package var seenAt: Date
  /// Time spent in state `running`, over all interruptions; a crash loses about a second of it.
  package var worked: Duration
}

/// Where a run stands.
package enum RunState: String, CaseIterable, Sendable {
  /// Engines and jobs are being written down. A crash leaves it so, and `resume` plans what is missing.
  case planning
  /// Jobs are handed out. A crash leaves it so, and `resume` asks the target which are done.
  case running
  /// Stopped by a signal, gave up, or had an engine reset, cleanly. `resume` goes on.
  case interrupted
  /// Nothing is left to run and at least one engine failed. `resume` tries those again.
  case failed
  /// Every job is done, which triggers insist on, and a last reconciliation over a new connection agreed.
  case complete
  /// `finish` is copying facts and dropping its schema from the target. A crash leaves it so, and
  /// `finish` is repeated.
  case finishing
  /// Sealed: triggers refuse every further change to the run, its jobs and its log.
  case finished

  /// The changes the ledger allows; its triggers refuse every other one.
  package func mayBecome(_ next: RunState) -> Bool {
    switch self {
    case .planning: [.planning, .running, .interrupted].contains(next)
    case .running: [.running, .planning, .interrupted, .failed, .complete].contains(next)
    case .interrupted: [.interrupted, .planning, .running].contains(next)
    case .failed: [.failed, .planning, .running, .interrupted].contains(next)
    case .complete: [.complete, .planning, .running, .interrupted, .finishing].contains(next)
    case .finishing: [.finishing, .finished].contains(next)
    case .finished: false
    }
  }
}

/// What tells one database from every other, a restored or failed-over copy included.
package struct DatabaseFingerprint: Hashable, Sendable {
  /// From `pg_control_system()`, in decimal; a storage snapshot shares it.
  package var systemIdentifier: String
  package var databaseOID: UInt32
  /// From `pg_control_checkpoint()`; raised by a failover.
  package var timeline: Int
  /// `host:port/database`; never a user or a password.
  package var address: String

  package init(systemIdentifier: String, databaseOID: UInt32, timeline: Int, address: String) {
    self.systemIdentifier = systemIdentifier
    self.databaseOID = databaseOID
    self.timeline = timeline
    self.address = address
  }
}
