import Foundation
import JobModel

/// One event of the append-only log.
package struct LedgerEvent: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    // The run
    case created, tookOver, planned, interrupted, failedRun, complete, finishing, finished
    // An engine
    case skipped, reset, engineFailed, drifted, repaired
    // A job
    case started, committed, retried, failed
    /// Its mark was found in the target, but the ledger did not have it as done.
    case found
    /// The ledger had it as done, but the target has no valid mark.
    case lost
    /// Its process ended or stopped it, and it left no mark.
    case abandoned
    // Anything else worth keeping
    case note
  }

  package var at: Date
  /// The epoch of the process that wrote it.
  package var epoch: Int
  package var kind: Kind
  package var engine: String?
  package var job: JobName?
  package var generation: Int?
  package var rows: Int?
  package var bytes: Int?
  /// Text for people, without row values and secrets.
  package var detail: String?
}
