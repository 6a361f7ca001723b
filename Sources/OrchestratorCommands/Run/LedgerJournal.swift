import JobModel
import Ledger
import Migration
import Scheduling

/// Writes the pool's steps into the ledger and tells them to the operator.
struct LedgerJournal: JobJournal {
  let ledger: Ledger
  let console: RunConsole

  func started(_ job: Job) async throws {
    try await ledger.markRunning(job.name, lane: "\(job.name.kind.lane)")
    console.note(RunEvent(.started, job: job.name))
  }

  func committed(_ job: Job, _ receipt: JobReceipt) async throws {
    if let engine = job.name.engine, !receipt.newJobs.isEmpty {
      let base = BasePlan.jobs(of: engine, generation: job.generation)
      try await ledger.replacePlan(engine: engine, jobs: base + receipt.newJobs)
    }
    try await ledger.recordWarnings(receipt.warnings)
    try await ledger.recordRejectedRows(receipt.rejected)
    try await ledger.recordRepairs(receipt.repaired)
    try await ledger.markDone(job.name, rows: receipt.rows, bytes: receipt.bytes)
    for warning in receipt.warnings {
      console.note(
        RunEvent(
          .warning, engine: warning.engine, job: job.name,
          message: [warning.rule, warning.row].compactMap { $0 }.joined(separator: " ")
            + ": \(warning.message)"))
    }
    console.note(
      RunEvent(.committed, job: job.name, rows: receipt.rows, bytes: receipt.bytes))
  }

  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration) async throws {
    try await ledger.markPending(job.name, after: RecordedFailure(failure))
    console.note(RunEvent(.retried, job: job.name, failure: failure, retriedAfter: delay))
  }

  func failed(_ job: Job, _ failure: JobFailure) async throws {
    try await ledger.markFailed(
      job.name, RecordedFailure(failure),
      engineBecomes: failure.fate == .drifted ? .drifted : .failed)
    console.note(RunEvent(.failed, job: job.name, failure: failure))
  }

  func abandoned(_ job: Job, _ failure: JobFailure) async throws {
    let recorded = failure.fate == .interrupted ? nil : RecordedFailure(failure)
    try await ledger.markPending(job.name, after: recorded)
    console.note(RunEvent(.abandoned, job: job.name, message: failure.message))
  }

  func reconciled(_ evidence: TargetEvidence) async throws {
    let changes = try await ledger.reconcile(
      with: Array(evidence.marks.values), plan: evidence.jobs)
    console.note(
      RunEvent(
        .note,
        message: "read the target's marks again: \(changes.found.count) jobs found done, "
          + "\(changes.lost.count) lost and to be run again"))
  }
}

extension RecordedFailure {
  /// What the ledger keeps of a failure.
  init(_ failure: JobFailure) {
    self.init(sqlState: failure.code, message: failure.message, hint: failure.hint)
  }
}
