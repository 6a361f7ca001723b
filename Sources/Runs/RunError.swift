import JobModel
import Ledger
import Mapping
import PostgresLink
import Scheduling
import SchemaPack

/// The reason why a command did not do what it was asked: what happened and where, and what to do next.
/// Safe to print.
package struct RunError: Error, Hashable, Sendable {
  /// The possible reactions of a script around the command.
  package enum Kind: Hashable, Sendable {
    /// The command or its settings must be corrected.
    case usage
    /// The state of the run, its ledger or its target does not allow it.
    case refused
    /// It was done, and parts of it failed.
    case failed
    /// It stopped before its end; `resume` continues.
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
  /// What ended a run's work outside of its jobs; `resume` continues.
  init(_ failure: JobFailure) {
    self.init(
      failure.fate == .fenced ? .refused : .interrupted, failure.message,
      hint: failure.hint ?? "Run `orchestrator resume`.")
  }

  /// The meaning of an error once a run has begun: if a server or the ledger's disk refuses for now,
  /// committed work is kept and `resume` continues. Errors of other kinds stay as they are.
  static func interruption(_ error: any Error) -> any Error {
    switch error {
    case let failure as JobFailure: RunError(failure)
    case let error as PostgresError where error.isTransient || error.kind == .interrupted:
      RunError(
        .interrupted, error.problem,
        hint: error.hint ?? "When it can be reached again, run `orchestrator resume`.")
    case let error as LedgerError:
      RunError(.interrupted, "\(error.path): \(error.message)", hint: error.hint)
    case is CancellationError:
      RunError(.interrupted, "stopped by a signal", hint: "Run `orchestrator resume` to continue.")
    default: error
    }
  }
}
