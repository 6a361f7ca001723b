import JobModel

/// Runs jobs; the only thing the scheduler knows of the migration.
package protocol JobExecutor: Sendable {
  /// One attempt at one job: one target transaction, committed when it returns.
  ///
  /// - Parameter sourceRead: called, from any thread, when the job needs the source no more.
  func execute(
    _ job: Job, sourceRead: @escaping @Sendable () -> Void
  ) async throws(JobFailure) -> JobReceipt

  /// Reads the target's plan and marks again, nothing being at work but, perhaps, index builds.
  func reconcile() async throws(JobFailure) -> MarkedPlan
}

/// Where every step is written down. An error means that the ledger cannot be written any more, which
/// ends the run before anything is lost.
package protocol JobJournal: Sendable {
  /// A lane takes the job.
  func started(_ job: Job) async throws
  /// Its transaction is committed.
  func committed(_ job: Job, _ receipt: JobReceipt) async throws
  /// Passing trouble; it will be tried again after `delay`, or, where that is nil, once the target's marks
  /// have been read again.
  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration?) async throws
  /// It will not be tried again in this run. Its engine, where it has one, is over.
  func failed(_ job: Job, _ failure: JobFailure) async throws
  /// Taken back unfinished, because the run ends.
  func abandoned(_ job: Job, _ failure: JobFailure) async throws
  /// The plan and the states are now what the target proves, but for the jobs at work, which go on.
  func reconciled(_ plan: MarkedPlan, beside atWork: Set<JobName>) async throws
}
