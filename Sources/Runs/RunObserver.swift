import JobModel
import Ledger
import Mapping

/// An observer of a run at work. Its methods must not block, and they decide nothing.
package protocol RunObserver: Sendable {
  /// Something happened.
  func note(_ event: RunEvent)

  /// The progress of the whole run; called about once a second.
  func update(_ snapshot: LedgerSnapshot)
}

extension RunObserver {
  /// Something happened to the run as a whole, or to one engine.
  package func note(_ message: String, engine: String? = nil) {
    note(RunEvent(.note, engine: engine, message: message))
  }

  /// A warning that belongs to no job.
  func warn(_ warning: MigrationWarning) {
    note(RunEvent(.warning, engine: warning.engine, message: warning.message))
  }
}
