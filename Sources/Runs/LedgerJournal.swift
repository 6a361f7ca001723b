import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import Planning
import RunRecord
import Scheduling
import Verification

/// Records the pool's steps in the ledger and reports them to the observer.
struct LedgerJournal: JobJournal {
  let ledger: Ledger
  let observer: any RunObserver

  func started(_ job: Job) async throws {
    try await ledger.markRunning(job.name, lane: "\(job.name.kind.lane)")
    observer.note(RunEvent(.started, job: job.name))
  }

  func committed(_ job: Job, _ receipt: JobReceipt) async throws {
    if let engine = job.name.engine, !receipt.newJobs.isEmpty {
      let base = BasePlan.jobs(of: engine, generation: job.generation)
      try await ledger.replacePlan(engine: engine, jobs: base + receipt.newJobs)
    }
    try await ledger.recordWarnings(receipt.warnings)
    try await ledger.recordRejectedRows(receipt.rejected)
    try await ledger.markDone(job.name, rows: receipt.rows, bytes: receipt.bytes)
    for warning in receipt.warnings {
      observer.note(
        RunEvent(
          .warning, engine: warning.engine, job: job.name,
          message: [warning.rule, warning.row].compactMap { $0 }.joined(separator: " ")
            + ": \(warning.message)"))
    }
    observer.note(
      RunEvent(.committed, job: job.name, rows: receipt.rows, bytes: receipt.bytes))
  }

  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration?) async throws {
    try await ledger.markPending(job.name, after: RecordedFailure(failure))
    observer.note(RunEvent(.retried, job: job.name, failure: failure, retriedAfter: delay))
  }

  func failed(_ job: Job, _ failure: JobFailure) async throws {
    try await ledger.markFailed(
      job.name, RecordedFailure(failure),
      engineBecomes: failure.fate == .drifted ? .drifted : .failed)
    observer.note(RunEvent(.failed, job: job.name, failure: failure))
  }

  func abandoned(_ job: Job, _ failure: JobFailure) async throws {
    let recorded = failure.fate == .interrupted ? nil : RecordedFailure(failure)
    try await ledger.markPending(job.name, after: recorded)
    observer.note(RunEvent(.abandoned, job: job.name, message: failure.message))
  }

  func reconciled(_ plan: MarkedPlan, beside atWork: Set<JobName>) async throws {
    let changes = try await ledger.reconcile(with: plan, beside: atWork)
    guard !changes.agrees else { return }
    observer.note(
      "read the target's marks again: \(changes.found.count) jobs found done, "
        + "\(changes.lost.count) lost and to be run again")
  }
}

extension RecordedFailure {
  /// The parts of a failure that the ledger keeps.
  init(_ failure: JobFailure) {
    self.init(sqlState: failure.code, message: failure.message, hint: failure.hint)
  }
}
