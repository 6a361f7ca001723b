import Foundation
import JobModel
import Ledger
import Logging
import Migration
import PostgresLink
import Scheduling

/// Runs a claimed run to its end: pool, heartbeat, progress, signals, and the last reconciliation.
struct RunLoop {
  let context: RunContext
  let console: RunConsole
  let stop: StopSignal
  let signals: SignalWatcher

  private var ledger: Ledger { context.ledger }
  private var environment: JobEnvironment { context.environment }

  func run() async throws -> ExitStatus {
    let executor = MigrationExecutor(environment, budget: context.budget)
    var evidence = context.evidence
    try await ledger.setRunState(.running)
    var engines = context.engines
    while true {
      let outcome = await work(executor, on: engines, from: evidence)
      guard case .finished = outcome else { return try await end(outcome) }
      // Exit 0 only after the marks have been read once more, over a new connection.
      let last: TargetEvidence
      do throws(JobFailure) {
        last = try await lastReconciliation(executor)
      } catch {
        return try await end(outcomeOf(error))
      }
      _ = try await ledger.reconcile(with: Array(last.marks.values), plan: last.jobs)
      let failed = Set(
        try await ledger.engines().filter { $0.state == .failed || $0.state == .drifted }
          .map(\.slug))
      engines.removeAll { failed.contains($0.slug) }
      if isSettled(last, engines) { return try await conclude() }
      console.note(RunEvent(.note, message: "the target lost committed work; going on"))
      evidence = last
    }
  }

  /// Tries for a minute: a target that has just restarted comes back within it.
  private func lastReconciliation(
    _ executor: MigrationExecutor
  ) async throws(JobFailure) -> TargetEvidence {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      do throws(JobFailure) {
        return try await executor.reconcile()
      } catch {
        guard error.fate == .retry || error.fate == .reconcile, .now < deadline else { throw error }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func outcomeOf(_ failure: JobFailure) -> WorkerPool.Outcome {
    switch failure.fate {
    case .fenced: .fenced(failure)
    case .interrupted: .interrupted
    case .retry, .reconcile, .failEngine, .drifted, .stopRun: .gaveUp(failure)
    }
  }

  /// Every job of the control plane and of these engines has its mark.
  private func isSettled(_ evidence: TargetEvidence, _ engines: [EngineContext]) -> Bool {
    let ours = Set(engines.map(\.slug))
    return evidence.jobs.allSatisfy { job in
      job.name.engine.map { !ours.contains($0) } ?? false || evidence.state(of: job) == .done
    }
  }

  private func work(
    _ executor: MigrationExecutor, on engines: [EngineContext], from evidence: TargetEvidence
  ) async -> WorkerPool.Outcome {
    let pool = WorkerPool(
      schedule: schedule(of: engines, from: evidence), executor: executor,
      journal: LedgerJournal(ledger: ledger, console: console),
      policy: RetryPolicy(giveUpAfter: .seconds(environment.tuning.giveUpAfterSeconds)),
      logger: environment.logger)
    return await signals.during(gently: { windDown(pool) }) {
      await withTaskGroup(of: WorkerPool.Outcome?.self) { group in
        group.addTask { await pool.run() }
        group.addTask { await beat() }
        group.addTask { await publishProgress(of: executor) }
        group.addTask { await watchSilence() }
        for await outcome in group {
          guard let outcome else { continue }
          group.cancelAll()
          return outcome
        }
        preconditionFailure("the pool ended without an outcome")
      }
    }
  }

  private func schedule(of engines: [EngineContext], from evidence: TargetEvidence) -> Schedule {
    var schedule = Schedule(
      limits: LaneLimits(environment.tuning),
      engineBytes: Dictionary(
        uniqueKeysWithValues: engines.map { ($0.slug, $0.expectedBytes) }))
    for job in evidence.jobs { schedule.set(job, evidence.state(of: job)) }
    return schedule
  }
}

// MARK: - Beside the pool

extension RunLoop {
  /// Says that we are alive; what a lost connection means is the jobs' affair.
  private func beat() async -> WorkerPool.Outcome? {
    while !Task.isCancelled {
      do throws(PostgresError) {
        if try await !environment.control.beat() {
          console.note(
            RunEvent(.note, message: "the heartbeat was refused: not the writer any more"))
        }
      } catch {
        environment.logger.debug("no heartbeat", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: TakeoverDecision.heartbeatInterval)
    }
    return nil
  }

  /// Has lanes whose link is dead try again.
  private func watchSilence() async -> WorkerPool.Outcome? {
    await SilenceWatch(factory: environment.factory, report: console.note).run()
    return nil
  }

  /// Keeps `status` and the display up to date, about once a second.
  private func publishProgress(of executor: MigrationExecutor) async -> WorkerPool.Outcome? {
    while !Task.isCancelled {
      do {
        try await ledger.recordProgress(await progress(of: executor))
        console.update(try await ledger.snapshot())
      } catch {
        environment.logger.warning("no progress recorded", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: .seconds(1))
    }
    return nil
  }

  private func progress(of executor: MigrationExecutor) async -> [JobName: JobProgress] {
    let jobs = executor.progress
    let builds = jobs.contains { $0.value.copy == nil } ? await buildProgress() : [:]
    return jobs.mapValues { job in
      if let copy = job.copy { return JobProgress(rows: copy.rows, bytes: copy.bytes) }
      let build = builds[job.lane]
      return JobProgress(phase: build?.phase, percent: build.map { Double($0.percent) })
    }
  }

  /// By lane; empty where the server cannot be asked just now.
  private func buildProgress() async -> [String: BuildProgress] {
    do throws(PostgresError) {
      let builds = try await environment.control.buildProgress()
      return Dictionary(builds.map { ($0.lane, $0) }, uniquingKeysWith: { first, _ in first })
    } catch {
      return [:]
    }
  }

  /// The first signal: running jobs may end within a short grace.
  private func windDown(_ pool: WorkerPool) {
    pool.stop()
    console.note(
      RunEvent(.note, message: "stopping: jobs in flight may end; once more to stop at once"))
    let stop = stop
    Task {
      try? await Task.sleep(for: Self.shutdownGrace)
      stop.raise()
    }
  }

  /// How long jobs in flight may go on after the first signal.
  private static let shutdownGrace = Duration.seconds(10)
}

// MARK: - The end

extension RunLoop {
  private func end(_ outcome: WorkerPool.Outcome) async throws -> ExitStatus {
    switch outcome {
    case .finished: return try await conclude()
    case .fenced(let failure):
      try await ledger.setRunState(.interrupted, detail: failure.message)
      throw CommandError(.refused, failure.message, hint: failure.hint)
    case .interrupted:
      try await ledger.setRunState(.interrupted)
      throw CommandError(
        .interrupted, "stopped; what was committed is kept", hint: "Go on with: orchestrator resume"
      )
    case .gaveUp(let failure):
      try await ledger.setRunState(.interrupted, detail: failure.message)
      throw CommandError(
        .interrupted, "gave up: \(failure.message)",
        hint: [failure.hint, "Then go on with: orchestrator resume"].compactMap { $0 }
          .joined(separator: " "))
    case .failed(let failure):
      try await ledger.setRunState(.failed, detail: failure.message)
      throw CommandError(.failed, failure.message, hint: failure.hint)
    case .ledgerLost(let error):
      throw error
    }
  }

  /// Nothing is left to run: complete, or with engines that failed.
  private func conclude() async throws -> ExitStatus {
    let findings = try await environment.control.findings()
    try await ledger.recordFacts(of: findings.facts)
    try await ledger.replaceRejectedRows(findings.rejected)
    try await RejectedRowExport(ledger: ledger).write()
    let engines = try await ledger.engines()
    let hasFailed = engines.contains { $0.state == .failed || $0.state == .drifted }
    try await ledger.setRunState(hasFailed ? .failed : .complete)
    console.finish()
    try await RunSummary(ledger: ledger).print()
    return hasFailed ? .failed : .done
  }
}
