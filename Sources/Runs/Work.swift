import Databases
import JobModel
import Ledger
import Logging
import Mapping
import Migration
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack
import Verification

/// Runs a claimed run from its first job to its last: the worker pool, and beside it the heartbeat, the
/// progress, the silence watch and the signals.
struct Work {
  let run: ClaimedRun
  let process: RunProcess
  /// False copies and indexes everything and leaves the rosters for a cutover.
  private let publishes: Bool

  private let builds = BuildWatch()

  private var ledger: Ledger { run.ledger }

  init(run: ClaimedRun, process: RunProcess, publishes: Bool = true) {
    self.run = run
    self.process = process
    self.publishes = publishes
  }

  func run() async throws -> RunEnd {
    do {
      try await ledger.setRunState(.running)
      return try await end(await work())
    } catch {
      throw RunError.interruption(error)
    }
  }

  private func end(_ outcome: WorkerPool.Outcome) async throws -> RunEnd {
    switch outcome {
    case .finished: return try await ledger.interrupted(onError: conclude)
    case .fenced(let failure):
      try await ledger.setRunState(.interrupted, detail: failure.message)
      throw RunError(.refused, failure.message, hint: failure.hint)
    case .interrupted:
      try await ledger.setRunState(.interrupted, detail: "stopped by a signal")
      throw RunError(
        .interrupted, "stopped; committed work is kept",
        hint: "Run `orchestrator resume` to continue."
      )
    case .gaveUp(let failure):
      try await ledger.setRunState(.interrupted, detail: "gave up: \(failure.message)")
      throw RunError(
        .interrupted, "gave up: \(failure.message)",
        hint: [failure.hint, "Then run `orchestrator resume`."].compactMap { $0 }
          .joined(separator: " "))
    case .failed(let failure):
      try await ledger.setRunState(.failed, detail: failure.message)
      throw RunError(.failed, failure.message, hint: failure.hint)
    case .ledgerLost(let error):
      throw error
    }
  }

  private func work() async -> WorkerPool.Outcome {
    let pool = WorkerPool(
      schedule: schedule(), executor: run.executor,
      journal: LedgerJournal(ledger: ledger, observer: process.observer),
      policy: RetryPolicy(giveUpAfter: .seconds(run.tuning.giveUpAfterSeconds)),
      logger: run.logger)
    return await process.signals.during(gently: { windDown(pool) }) {
      await withTaskGroup(of: WorkerPool.Outcome?.self) { group in
        group.addTask { await pool.run() }
        group.addTask { await beat() }
        group.addTask { await publishProgress() }
        group.addTask { await watchBuilds() }
        group.addTask { await watchSilence() }
        group.addTask { await heedStopRequest() }
        for await outcome in group {
          guard let outcome else { continue }
          group.cancelAll()
          return outcome
        }
        preconditionFailure("the pool ended without an outcome")
      }
    }
  }

  private func schedule() -> Schedule {
    var schedule = Schedule(
      limits: LaneLimits(run.tuning),
      engineBytes: Dictionary(
        uniqueKeysWithValues: run.engines.map { ($0.slug, $0.expectedBytes) }),
      publishes: publishes)
    for job in run.plan.jobs { schedule.set(job, run.plan.state(of: job)) }
    return schedule
  }

  /// Ends a run without jobs left: complete, or failed if engines failed. Without its rosters, the run goes
  /// on.
  private func conclude() async throws -> RunEnd {
    try await ledger.record(try await run.control.facts())
    try await ledger.followRejectedRows { try await run.control.rejectedRows(after: $0) }
    try await RejectedRowExport(ledger: ledger).write()
    for (engine, isPublished) in try await run.control.lostSpaces() where isPublished {
      try await ledger.failEngine(
        engine,
        reason:
          "its space is published, but its schema \(SpaceSchema.name(of: engine)) is gone from "
          + "the target; reset the engine to migrate it again")
    }
    if publishes { try await failLate() }
    let engines = try await ledger.engines()
    let hasFailed = engines.contains { $0.state == .failed || $0.state == .drifted }
    guard publishes else { return hasFailed ? .enginesFailed : .copiedAhead }
    try await ledger.setRunState(hasFailed ? .failed : .complete)
    return hasFailed ? .enginesFailed : .complete
  }
}

extension Work {
  /// What was written at the sources after it was copied fails its engine. A rehearsal, whose sources are
  /// live, only warns.
  private func failLate() async throws {
    for (engine, reason) in try await LastLook(run: run).late().sorted(by: { $0.key < $1.key }) {
      if run.claim.settings.isRehearsal {
        let warning = MigrationWarning(rule: "drift", engine: engine, row: nil, message: reason)
        try await ledger.recordWarnings([warning])
        process.observer.warn(warning)
      } else {
        try await ledger.failEngine(engine, reason: reason)
      }
    }
  }
}

// MARK: - Beside the pool

extension Work {
  private func beat() async -> WorkerPool.Outcome? {
    await process.beat(run.control)
    return nil
  }

  /// Closes dead links, so that their lanes try again.
  private func watchSilence() async -> WorkerPool.Outcome? {
    await process.watch(run.sessions)
    return nil
  }

  private func heedStopRequest() async -> WorkerPool.Outcome? {
    await process.heed(StopRequest(ledger: ledger.path))
    return nil
  }

  /// Hears from the target about the index builds at work, about once a second.
  private func watchBuilds() async -> WorkerPool.Outcome? {
    while !Task.isCancelled {
      if run.executor.progress.contains(where: { $0.value.copy == nil }) {
        await builds.refresh { () throws(PostgresError) in try await run.control.buildProgress() }
      }
      try? await Task.sleep(for: .seconds(1))
    }
    return nil
  }

  /// Keeps `status` and the observer up to date, about once a second, whether or not a server answers.
  private func publishProgress() async -> WorkerPool.Outcome? {
    while !Task.isCancelled {
      let begun = ContinuousClock.now
      do {
        try await ledger.recordProgress(builds.progress(of: run.executor.progress))
        process.observer.update(try await ledger.snapshot())
      } catch {
        run.logger.warning("no progress recorded", metadata: ["error": "\(error)"])
      }
      let pause = (ContinuousClock.now - begun) * 9
      try? await Task.sleep(for: min(max(pause, .seconds(1)), .seconds(5)))
    }
    return nil
  }

  /// The first signal: jobs in flight may end within a short grace.
  private func windDown(_ pool: WorkerPool) {
    pool.stop()
    process.observer.note("stopping: jobs in flight may end; repeat the signal to stop at once")
    let stop = process.stop
    Task {
      try? await Task.sleep(for: Self.shutdownGrace)
      stop.raise()
    }
  }

  /// The time that jobs in flight have after the first signal.
  private static let shutdownGrace = Duration.seconds(10)
}
