import JobModel
import Logging

/// Runs the schedule: hands jobs to the executor as lanes become free, records every step, retries, and
/// ends when everything is done or nothing can continue.
package actor WorkerPool {
  /// The end of a run.
  package enum Outcome: Sendable {
    /// Every job of every engine is done, except for failed engines.
    case finished
    /// Another process writes this run now.
    case fenced(JobFailure)
    /// Stopped by the operator.
    case interrupted
    /// Nothing can continue for now; `resume` can.
    case gaveUp(JobFailure)
    /// A job of the control plane failed for good, so no roster can be written.
    case failed(JobFailure)
    /// The ledger cannot be written.
    case ledgerLost(any Error)
  }

  private enum Event: Sendable {
    case ended(Job, Result<JobReceipt, JobFailure>)
    case sourceRead(Job)
    case wake
    case stop
  }

  private let executor: any JobExecutor
  private let journal: any JobJournal
  private let policy: RetryPolicy
  private let clock: PoolClock
  private let logger: Logger
  private var schedule: Schedule
  private var outcome: Outcome?
  private var mustReconcile = false
  /// The target's plan lacked a job that is at work. That job must end before the plan is read again.
  private var mustBeIdle = false
  /// The earliest moment for reading the marks again after a failure; nil without a failure.
  private var reconcileAt: Duration?
  private var failedReadings = 0
  /// The number of times in a row that a job has asked for a reading of the marks.
  private var askedToReconcile: [JobName: Int] = [:]
  /// Whether nothing was left to run when the target's plan and marks were last read.
  private var isConfirmed = false
  private var wakeAt: Duration?
  private var began: [JobName: Duration] = [:]
  private var setbacks: Setbacks
  private let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation

  package init(
    schedule: Schedule, executor: any JobExecutor, journal: any JobJournal, policy: RetryPolicy,
    clock: PoolClock = .continuous(), logger: Logger
  ) {
    self.schedule = schedule
    self.executor = executor
    self.journal = journal
    self.policy = policy
    setbacks = Setbacks(policy: policy)
    self.clock = clock
    self.logger = logger
    (events, continuation) = AsyncStream.makeStream()
  }

  /// Stops handing out jobs. `run` returns when the jobs in flight have ended.
  package nonisolated func stop() {
    continuation.yield(.stop)
  }

  /// Runs until nothing is left to do, or nothing can continue. Called once.
  package func run() async -> Outcome {
    await withDiscardingTaskGroup { group in
      continuation.yield(.wake)
      for await event in events {
        do {
          try await take(event)
          try await reconcileIfDue()
        } catch {
          logger.critical("the ledger cannot be written", metadata: ["error": "\(error)"])
          end(.ledgerLost(error))
        }
        if await dispatch(in: &group) { break }
      }
      group.cancelAll()
    }
    return outcome ?? .finished
  }

  private func end(_ outcome: Outcome) {
    self.outcome = self.outcome ?? outcome
  }

  private func take(_ event: Event) async throws {
    switch event {
    case .wake: wakeAt = nil
    case .stop: end(.interrupted)
    case .sourceRead(let job): schedule.sourceRead(job.name)
    case .ended(let job, .success(let receipt)): try await commit(job, receipt)
    case .ended(let job, .failure(let failure)): try await recover(job, failure)
    }
  }

  /// Begins all jobs that can begin; true if the run has ended.
  private func dispatch(in group: inout DiscardingTaskGroup) async -> Bool {
    // One moment for all decisions: jobs that rest until a later moment get a wake-up.
    let now = clock.now()
    if outcome == nil, !mustReconcile {
      for job in schedule.next(at: now) {
        do {
          try await journal.started(job)
        } catch {
          logger.critical("the ledger cannot be written", metadata: ["error": "\(error)"])
          end(.ledgerLost(error))
        }
        // The job is handed out in any case: the schedule counts it as running, and its end returns it.
        begin(job, in: &group)
      }
    }
    let isIdle = schedule.runningCount == 0
    if isIdle, outcome != nil || isConfirmed { return true }
    if isIdle, schedule.isComplete, !mustReconcile {
      // Finished only if the target's marks, read again with nothing at work, agree.
      mustReconcile = true
      continuation.yield(.wake)
    }
    let rests = scheduleWake(after: now, in: &group)
    precondition(!isIdle || rests || mustReconcile, "nothing runs, nothing rests, not complete")
    return false
  }

  private func begin(_ job: Job, in group: inout DiscardingTaskGroup) {
    began[job.name] = clock.now()
    let (executor, continuation, isOver) = (executor, continuation, outcome != nil)
    group.addTask {
      guard !isOver else {
        let failure = JobFailure(fate: .interrupted, message: "the run ended before it began")
        continuation.yield(.ended(job, .failure(failure)))
        return
      }
      do throws(JobFailure) {
        let receipt = try await executor.execute(job) { continuation.yield(.sourceRead(job)) }
        continuation.yield(.ended(job, .success(receipt)))
      } catch {
        continuation.yield(.ended(job, .failure(error)))
      }
    }
  }

  /// Schedules a wake-up at the end of the next rest; false if nothing rests.
  private func scheduleWake(
    after now: Duration, in group: inout DiscardingTaskGroup
  ) -> Bool {
    let moments = [schedule.nextWake(after: now), reconcileAt].compactMap { $0 }
    guard let moment = moments.min() else { return wakeAt != nil }
    if let wakeAt, wakeAt <= moment { return true }
    wakeAt = moment
    let (clock, continuation) = (clock, continuation)
    group.addTask {
      await clock.sleep(moment)
      continuation.yield(.wake)
    }
    return true
  }
}

// MARK: - The end of an attempt

extension WorkerPool {
  private func commit(_ job: Job, _ receipt: JobReceipt) async throws {
    setbacks.succeeded(at: clock.now())
    began[job.name] = nil
    askedToReconcile[job.name] = nil
    schedule.committed(job.name)
    for job in receipt.newJobs { schedule.set(job, .pending) }
    try await journal.committed(job, receipt)
  }

  private func recover(_ job: Job, _ failure: JobFailure) async throws {
    let begun = began.removeValue(forKey: job.name) ?? clock.now()
    switch failure.fate {
    case .retry: try await retry(job, failure, begun: begun)
    case .reconcile: try await retryReconciled(job, failure)
    case .failEngine, .drifted:
      schedule.failed(job.name)
      try await journal.failed(job, failure)
      if job.name.engine == nil { end(.failed(failure)) }
    case .fenced: try await abandon(job, failure, .fenced(failure))
    case .stopRun: try await abandon(job, failure, .gaveUp(failure))
    case .interrupted: try await abandon(job, failure, .interrupted)
    }
  }

  private func abandon(_ job: Job, _ failure: JobFailure, _ outcome: Outcome) async throws {
    _ = schedule.retry(job.name)
    end(outcome)
    try await journal.abandoned(job, failure)
  }

  private func retry(_ job: Job, _ failure: JobFailure, begun: Duration) async throws {
    let now = clock.now()
    let failures = schedule.retry(job.name)
    let moment = setbacks.rest(begun: begun, failures: failures, at: now, jitter: jitter)
    schedule.rest(job.name, until: moment)
    schedule.hold(until: setbacks.heldUntil)
    try await tryAgain(job, failure, after: moment - now, at: now)
  }

  /// Reading the marks is the remedy, so the job need not rest, unless it asks for that repeatedly.
  private func retryReconciled(_ job: Job, _ failure: JobFailure) async throws {
    let now = clock.now()
    mustReconcile = true
    _ = schedule.retry(job.name)
    let asked = askedToReconcile[job.name, default: 0]
    askedToReconcile[job.name] = asked + 1
    if asked > 0 {
      schedule.rest(job.name, until: now + policy.delay(afterFailures: asked, jitter: jitter))
    }
    try await tryAgain(job, failure, after: nil, at: now)
  }

  private func tryAgain(
    _ job: Job, _ failure: JobFailure, after delay: Duration?, at now: Duration
  ) async throws {
    setbacks.failed(at: now)
    if isStuck {
      end(.gaveUp(failure))
      try await journal.abandoned(job, failure)
    } else {
      try await journal.retried(job, failure, after: delay)
    }
  }

  private var jitter: Double { .random(in: 0...1) }

  /// Whether nothing has succeeded for the whole time, and no job has been at work for long (an index
  /// build may take hours; an attempt to connect does not).
  private var isStuck: Bool {
    let now = clock.now()
    return setbacks.isHopeless && !began.values.contains { now - $0 > .seconds(60) }
  }
}

// MARK: - Following the target

extension WorkerPool {
  /// Index builds continue, because they may take hours. If one ends after its target's state was lost,
  /// the roster's proof, or the last reading, finds its mark missing.
  private func reconcileIfDue() async throws {
    guard mustReconcile, outcome == nil, clock.now() >= reconcileAt ?? .zero,
      mustBeIdle ? schedule.runningCount == 0 : schedule.onlyBuilds
    else { return }
    reconcileAt = nil
    let plan: MarkedPlan
    do throws(JobFailure) {
      plan = try await executor.reconcile()
    } catch {
      return recoverFromReconciling(error)
    }
    failedReadings = 0
    guard schedule.canFollow(plan) else {
      mustBeIdle = true
      return
    }
    (mustReconcile, mustBeIdle) = (false, false)
    schedule.replace(with: plan)
    isConfirmed = schedule.isComplete
    try await journal.reconciled(plan, beside: schedule.runningJobs)
  }

  private func recoverFromReconciling(_ failure: JobFailure) {
    switch failure.fate {
    case .retry, .reconcile:
      let now = clock.now()
      setbacks.failed(at: now)
      if isStuck { return end(.gaveUp(failure)) }
      logger.warning("reading the target's marks failed", metadata: ["error": "\(failure)"])
      failedReadings += 1
      reconcileAt = now + policy.delay(afterFailures: failedReadings, jitter: jitter)
    case .fenced: end(.fenced(failure))
    case .interrupted: end(.interrupted)
    case .stopRun, .failEngine, .drifted: end(.gaveUp(failure))
    }
  }
}

/// The pool's clock: the time since its start, and a sleep until a moment. Tests use their own.
package struct PoolClock: Sendable {
  var now: @Sendable () -> Duration
  var sleep: @Sendable (_ until: Duration) async -> Void

  package init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's clock. A sleep ends early when its task is cancelled.
  package static func continuous() -> PoolClock {
    let start = ContinuousClock.now
    return PoolClock(
      now: { start.duration(to: .now) },
      sleep: { moment in try? await Task.sleep(until: start + moment, clock: .continuous) })
  }
}
