import Foundation
import JobModel

/// One line of the append-only log.
package struct LedgerEvent: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    // The run
    case created, tookOver, planned, interrupted, failedRun, complete, finishing, finished
    // An engine
    case skipped, reset, engineFailed, drifted, repaired
    // A job
    case started, committed, retried, failed
    /// Its mark was found in the target though the ledger did not know it as done.
    case found
    /// The ledger knew it as done but the target has no valid mark.
    case lost
    /// It was running when its process ended or stopped it, and left no mark.
    case abandoned
    // Anything else worth keeping
    case note
  }

  package var at: Date
  /// Of the process that wrote it.
  package var epoch: Int
  package var kind: Kind
  package var engine: String?
  package var job: JobName?
  package var generation: Int?
  package var rows: Int?
  package var bytes: Int?
  /// For people; no row values, no secrets.
  package var detail: String?
}
