import Databases
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

extension JobFailure {
  /// The meaning of a job's error for the run, decided by codes and never by text.
  init(_ error: any Error, _ job: Job) {
    switch error {
    case let failure as JobFailure: self = failure
    case let error as PostgresError: self.init(error, job)
    case let error as PackError: self.init(error, job)
    case let error as MappingError:
      self.init(fate: .failEngine, message: "\(error)")
    case let error as UnprovenSpace:
      self.init(
        fate: error.gaps.allSatisfy(\.isMissingWork) ? .reconcile : .failEngine,
        message: "the space is not complete, so it was not published: "
          + error.gaps.map { "\($0)" }.joined(separator: "; "),
        hint: "If somebody has changed it in the target, run orchestrator reset --engine "
          + "\(job.name.engine ?? ""), then resume.")
    case is CancellationError:
      self.init(fate: .interrupted, message: "stopped by a signal")
    default:
      self.init(fate: .failEngine, message: "\(job.name): \(error)")
    }
  }

  private init(_ error: PostgresError, _ job: Job) {
    self.init(
      fate: Self.fate(of: error), code: error.code?.rawValue, message: error.problem,
      hint: error.hint ?? Self.hint(for: error))
  }

  private init(_ error: PackError, _ job: Job) {
    self.init(
      fate: error.isTransient ? .retry : .failEngine, code: error.cause?.code?.rawValue,
      message: error.problem, hint: error.hint)
    if let cause = error.cause, cause.kind == .interrupted { fate = .interrupted }
  }

  private static func fate(of error: PostgresError) -> Fate {
    switch error.kind {
    case .interrupted: return .interrupted
    // The mark exists already: an earlier attempt committed, and its answer was lost.
    case .server where error.code == .uniqueViolation && error.constraint == "mark_pkey":
      return .reconcile
    case .server: return error.isTransient ? .retry : .failEngine
    // A login that worked before is refused: waiting does not help, and retries may lock the role out.
    case .connect: return error.isTransient ? .retry : .stopRun
    case .connectionLost: return .retry
    case .settings: return .stopRun
    case .protocolViolation: return .failEngine
    }
  }

  private static func hint(for error: PostgresError) -> String? {
    switch error.code {
    case .insufficientPrivilege:
      "Grant the role what it lacks (on a source: SELECT, and BYPASSRLS or ownership), then resume."
    case .checkViolation:
      "The target refuses what this job writes. Correct it at the source, then run `orchestrator resume`."
    case .undefinedTable, .invalidSchemaName:
      "An object that existed when the run began is gone. At a source, put it back. Then run "
        + "`orchestrator resume`, which copies again what is missing from the target."
    case .some, nil: nil
    }
  }
}

extension RosterProof.Gap {
  /// Whether the scheduler learns from reading the marks again which jobs to repeat.
  fileprivate var isMissingWork: Bool {
    switch self {
    case .noPlan, .jobWithoutMark: true
    case .rowsDiffer, .indexMissing, .indexDiffers: false
    }
  }
}
