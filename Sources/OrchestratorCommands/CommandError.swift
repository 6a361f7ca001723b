import JobModel
import Ledger
import Mapping
import Migration
import PostgresLink
import SchemaPack

/// An error as the operator reads it: what happened and where, what to do next, and how the process ends.
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
  package init(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as PostgresError: self.init(error)
    case let error as LedgerError:
      self.init(Self.status(of: error), "\(error.path): \(error.message)", hint: error.hint)
    case let error as PackError: self.init(.usage, error.problem, hint: error.hint)
    case let error as MappingError:
      self.init(.refused, "\(error)", hint: "Nothing was written.")
    case let error as TargetClaim.Refusal: self.init(error)
    case let error as JobFailure: self.init(.refused, error.message, hint: error.hint)
    default: self.init(.failed, "\(error)")
    }
  }

  private init(_ error: PostgresError) {
    let status: ExitStatus =
      switch error.kind {
      case .settings, .connect: .usage
      case .interrupted, .connectionLost: .interrupted
      case .server, .protocolViolation: error.isTransient ? .interrupted : .refused
      }
    let again =
      "Say the same again once it can be reached; where `start` has written its ledger, resume."
    self.init(status, error.problem, hint: error.hint ?? (status == .interrupted ? again : nil))
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
        .refused, "another orchestrator claimed this target in the same moment",
        hint: "Watch that one, or give this one a database of its own.")
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
