import JobModel
import Ledger
import Mapping
import PostgresLink
import Scheduling
import SchemaPack

/// Why a command about a run ended without having done what it was asked for: what happened and where, and
/// what to do next. Safe to print.
package struct RunError: Error, Hashable, Sendable {
  /// What a script around the command can do about it.
  package enum Kind: Hashable, Sendable {
    /// The command or its settings must be corrected.
    case usage
    /// The run, its ledger or its target are not in a state that allows it.
    case refused
    /// It was done, and something of it failed.
    case failed
    /// It stopped before its end; `resume` goes on.
    case interrupted
  }

  package var kind: Kind
  package var message: String
  /// An instruction.
  package var hint: String?

  package init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}

extension RunError {
  /// What an error means once a run has begun: whatever a server or the ledger's disk refuses for now, the
  /// committed work is kept and `resume` goes on. Errors of other kinds stay as they are.
  static func interruption(_ error: any Error) -> any Error {
    switch error {
    case let error as PostgresError where error.isTransient || error.kind == .interrupted:
      RunError(
        .interrupted, error.problem,
        hint: error.hint ?? "Once it can be reached: orchestrator resume")
    case let error as LedgerError:
      RunError(.interrupted, "\(error.path): \(error.message)", hint: error.hint)
    case is CancellationError:
      RunError(.interrupted, "stopped by a signal", hint: "Go on with: orchestrator resume")
    default: error
    }
  }
}
