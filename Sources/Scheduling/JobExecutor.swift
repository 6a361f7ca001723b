import JobModel

/// Runs jobs. The scheduler knows nothing else of the migration.
package protocol JobExecutor: Sendable {
  /// One attempt at one job: one target transaction, committed when it returns.
  ///
  /// - Parameter sourceRead: called, from any thread, when the job no longer needs the source.
  func execute(
    _ job: Job, sourceRead: @escaping @Sendable () -> Void
  ) async throws(JobFailure) -> JobReceipt

  /// Reads the target's plan and marks again, while at most index builds are at work.
  func reconcile() async throws(JobFailure) -> MarkedPlan
}

/// Records every step. An error means that the ledger can no longer be written, which ends the run before
/// anything is lost.
package protocol JobJournal: Sendable {
  /// A lane takes the job.
  func started(_ job: Job) async throws
  /// Its transaction is committed.
  func committed(_ job: Job, _ receipt: JobReceipt) async throws
  /// The job met a passing problem. It will be tried again after `delay` or, if that is nil, after the
  /// target's marks have been read again.
  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration?) async throws
  /// The job will not be tried again in this run. Its engine, if it has one, has failed.
  func failed(_ job: Job, _ failure: JobFailure) async throws
  /// The job was abandoned, because the run ends.
  func abandoned(_ job: Job, _ failure: JobFailure) async throws
  /// Plan and states are now those that the target proves, except for jobs at work, which continue.
  func reconciled(_ plan: MarkedPlan, beside atWork: Set<JobName>) async throws
}
