import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack

/// An error for the operator: what happened and where, what to do next, and the exit status.
package struct CommandError: Error, CustomStringConvertible {
  package var status: ExitStatus
  package var message: String
  package var hint: String?

  package init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
    self.status = status
    self.message = message
    self.hint = hint
  }

  package var description: String {
    hint.map { "\(message)\n\($0)" } ?? message
  }
}

extension CommandError {
  /// The one place where an error becomes an exit status.
  ///
  /// - Parameter hasRun: whether the command continues a run, so that a `resume` is what comes next.
  package init(_ error: any Error, hasRun: Bool) {
    switch error {
    case let error as CommandError: self = error
    case let error as RunError: self.init(error)
    case let error as PostgresError: self.init(error, hasRun)
    case let error as LedgerError:
      self.init(Self.status(of: error), "\(error.path): \(error.message)", hint: error.hint)
    case let error as PackError: self.init(error)
    case let error as MappingError:
      self.init(.refused, "\(error)", hint: "Nothing was written.")
    case let error as UnmetRequest:
      self.init(.usage, error.message, hint: "Nothing was begun. " + error.hint)
    case let error as TargetClaim.Refusal: self.init(error)
    case is FenceLost: self.init(RunError.fenced)
    case let error as JobFailure: self.init(error)
    case is CancellationError: self.init(.interrupted, "stopped by a signal", hint: Self.again)
    // An unforeseen error: with a run, committed work is kept and a resume is safe.
    default:
      self.init(hasRun ? .interrupted : .refused, "\(error)", hint: hasRun ? Self.again : nil)
    }
  }

  private init(_ error: RunError) {
    let status: ExitStatus =
      switch error.kind {
      case .usage: .usage
      case .refused: .refused
      case .failed: .failed
      case .interrupted: .interrupted
      }
    self.init(status, error.message, hint: error.hint)
  }

  private static let again =
    "Run the same command again. If `start` has already created its ledger, run "
    + "`orchestrator resume` instead."

  private init(_ error: PostgresError, _ hasRun: Bool) {
    let status: ExitStatus
    var hint: String?
    switch error.kind {
    case .settings: status = .usage
    case .connect where error.isTransient:
      status = .interrupted
      hint =
        hasRun
        ? "When it can be reached again, run `orchestrator resume`."
        : "Nothing was begun. Check the connection's address, and that its server is up; then run the "
          + "same command again."
    case .connect:
      status = .usage
      hint = "Check the connection's role, password (PGPASSFILE), database and pg_hba.conf."
    case .interrupted, .connectionLost: (status, hint) = (.interrupted, Self.again)
    case .server, .protocolViolation:
      status = error.isTransient ? .interrupted : .refused
      if error.isTransient { hint = Self.again }
    }
    self.init(status, error.problem, hint: error.hint ?? hint)
  }

  private init(_ error: PackError) {
    let isPassing = error.isTransient || error.cause?.kind == .interrupted
    self.init(
      isPassing ? .interrupted : .usage, error.problem,
      hint: error.hint ?? (isPassing ? Self.again : nil))
  }

  private init(_ failure: JobFailure) {
    let status: ExitStatus =
      switch failure.fate {
      case .fenced, .failEngine, .drifted: .refused
      case .retry, .reconcile, .stopRun, .interrupted: .interrupted
      }
    self.init(status, failure.message, hint: failure.hint)
  }

  private static func status(of error: LedgerError) -> ExitStatus {
    switch error.fate {
    case .stopRun: .interrupted
    case .refuse: error.code == .missing ? .usage : .refused
    }
  }

  private init(_ refusal: TargetClaim.Refusal) {
    switch refusal {
    case .claimedMeanwhile:
      self.init(
        .refused, "another orchestrator claimed this target at the same moment",
        hint: "Nothing was begun here. Watch that one, with its own ledger; or pass another target."
      )
    case .leftoverSessions(let sessions):
      self.init(
        .refused,
        "sessions of the run's earlier process still hold the target: "
          + sessions.joined(separator: ", "),
        hint: "End them as a superuser (select pg_terminate_backend(pid)), then resume.")
    case .takeover(let decision): self.init(decision)
    }
  }
}
