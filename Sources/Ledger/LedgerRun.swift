import Foundation

/// The identity of a run, fixed from its beginning.
package struct NewRun: Hashable, Sendable {
  package var id: UUID
  package var toolVersion: String
  /// The hash of the schema pack with which the run provisions.
  package var packHash: String
  /// JSON of the settings that decide the result; fixed for the whole run.
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

/// The run in the ledger.
package struct LedgerRun: Hashable, Sendable {
  package var identity: NewRun
  /// The epoch of the last takeover; 0 before the first one.
  package var epoch: Int
  package var state: RunState
  package var createdAt: Date
  /// The last sign of life of a process that wrote, about a second old while one works.
  package var seenAt: Date
  /// Time spent in state `running`, over all interruptions; a crash loses about a second of it.
  package var worked: Duration
}

/// The state of a run.
package enum RunState: String, CaseIterable, Sendable {
  /// Engines and jobs are being planned. After a crash, `resume` plans what is missing.
  case planning
  /// Jobs are running. After a crash, `resume` asks the target which jobs are done.
  case running
  /// Stopped by a signal, gave up, or reset an engine. `resume` continues.
  case interrupted
  /// Nothing is left to run and at least one engine failed. `resume` tries those again.
  case failed
  /// Every job is done, which triggers check, and a last reconciliation over a new connection agreed.
  case complete
  /// `finish` is dropping its schema from the target. After a crash, `finish` is repeated.
  case finishing
  /// Sealed: triggers refuse every further change to the run, its jobs and its log.
  case finished

  /// The changes that the ledger allows. Its triggers refuse every other one.
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

/// The values that distinguish one database from every other, including restored or failed-over copies.
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
