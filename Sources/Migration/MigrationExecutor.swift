import Databases
import JobModel
import Logging
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack
import Synchronization

/// Runs the migration's jobs: leases a lane of the right kind, and decides what an error means.
package final class MigrationExecutor: JobExecutor {
  let fence: FenceStatement
  let settings: RunSettings
  private let pack: SchemaPack
  private let budget: BuildBudget
  private let engines: [String: MeasuredEngine]
  private let basePlan: [Job]
  private let sessions: DatabaseSessions
  private let gate: TargetGate
  private let control: ControlSession
  private let facts: FactCache
  private let logger: Logger
  /// Engines that a pass catches up at the same time.
  let passLanes: Int
  let controlLanes: LanePool<ControlLane>
  private let buildLanes: LanePool<TargetLane>
  let streamLanes: LanePool<StreamLane>
  private let inFlight = Mutex<[JobName: JobInFlight]>([:])

  /// - Parameters:
  ///   - engines: the engines that take part. No jobs are planned for others.
  ///   - basePlan: the jobs that are planned again if the target loses its plan.
  package init(
    fence: FenceStatement, settings: RunSettings, tuning: RunTuning, pack: SchemaPack,
    budget: BuildBudget, engines: [MeasuredEngine], basePlan: [Job], sessions: DatabaseSessions,
    gate: TargetGate, control: ControlSession, logger: Logger
  ) {
    self.fence = fence
    self.settings = settings
    self.pack = pack
    self.budget = budget
    self.engines = Dictionary(uniqueKeysWithValues: engines.map { ($0.slug, $0) })
    self.basePlan = basePlan
    self.sessions = sessions
    self.gate = gate
    self.control = control
    facts = FactCache(control: control)
    self.logger = logger
    passLanes = tuning.streams
    let pacer = tuning.bytesPerSecondMax.map { Pacer(bytesPerSecond: $0) }
    let lost = LostBackends(sessions: sessions)
    controlLanes = LanePool(lost: lost) { number in
      ControlLane("control-\(number)", sessions: sessions, gate: gate)
    }
    buildLanes = LanePool(lost: lost) { number in
      TargetLane("build-\(number)", sessions: sessions, gate: gate)
    }
    streamLanes = LanePool(lost: lost) { number in
      StreamLane(
        "copy-\(number)", sessions: sessions, gate: gate, pacer: pacer,
        synchronousCommit: tuning.synchronousCommit)
    }
  }

  private func engine(of job: Job) -> MeasuredEngine {
    guard let slug = job.name.engine, let engine = engines[slug] else {
      preconditionFailure("\(job.name) belongs to no engine of this run")
    }
    return engine
  }

  /// The progress of the jobs in flight.
  package var progress: [JobName: JobInFlight] {
    inFlight.withLock { $0 }
  }

  package func execute(
    _ job: Job, sourceRead: @escaping @Sendable () -> Void
  ) async throws(JobFailure) -> JobReceipt {
    defer { inFlight.withLock { $0[job.name] = nil } }
    do {
      return try await dispatch(job, CopyProgress(sourceRead: sourceRead))
    } catch is FenceLost {
      throw await fenceLost()
    } catch {
      let failure = JobFailure(error, job)
      if failure.fate == .reconcile, let receipt = await committedBefore(job) { return receipt }
      throw failure
    }
  }

  /// The receipt of an earlier attempt that committed although its answer was lost; nil if only reading all
  /// marks, with nothing at work, can tell. For a chunk or an index, its own mark is enough.
  private func committedBefore(_ job: Job) async -> JobReceipt? {
    guard [.memories, .index].contains(job.name.kind) else { return nil }
    do throws(PostgresError) {
      guard let mark = try await control.mark(of: job), mark.proves(job) else {
        return nil
      }
      return JobReceipt(rows: mark.rows, bytes: job.expectedBytes)
    } catch {
      logger.debug("no mark could be read", metadata: ["error": "\(error)"])
      return nil
    }
  }

  private func dispatch(_ job: Job, _ progress: CopyProgress) async throws -> JobReceipt {
    switch job.name {
    case .provisionAuth: try await provision(job, .auth)
    case .provisionCore: try await provision(job, .core)
    case .identities:
      try await controlLanes.withLane(for: job.name) { lane in
        try await IdentitiesJob(fence: fence, userNames: settings.userNames).run(job, lane)
      }
    case .space:
      try await controlLanes.withLane(for: job.name) { lane in
        try await SpaceJob(
          fence: fence, pack: pack, chunkBytes: settings.chunkBytes, engine: engine(of: job)
        ).run(job, lane)
      }
    case .memories: try await copy(job, progress)
    case .index(_, let name): try await build(job, name)
    case .roster: try await publish(job)
    case .catchUp: preconditionFailure("a catch-up is no planned job")
    }
  }

  private func provision(_ job: Job, _ part: PackPart) async throws -> JobReceipt {
    try await controlLanes.withLane(for: job.name) { lane in
      try await ProvisionJob(fence: fence, pack: pack, part: part).run(job, lane)
    }
  }

  private func copy(_ job: Job, _ progress: CopyProgress) async throws -> JobReceipt {
    let columns = try await fact(.columns, "memory", of: job).decoded(MemoryColumns.self)
    return try await streamLanes.withLane(for: job.name) { lane in
      inFlight.withLock { $0[job.name] = JobInFlight(lane: lane.name, copy: progress) }
      let scripts = ChunkScripts(
        fence: fence, engine: engine(of: job), columns: columns)
      return try await MemoryChunkJob(scripts: scripts, quarantines: settings.quarantines)
        .run(job, lane, progress: progress)
    }
  }

  /// A roster may have to copy ranges again, so it also leases a copy lane, whose sessions open only when
  /// needed.
  private func publish(_ job: Job) async throws -> JobReceipt {
    try await controlLanes.withLane(for: job.name) { lane in
      try await streamLanes.withLane(for: job.name) { stream in
        try await RosterJob(fence: fence, engine: engine(of: job), settings: settings)
          .run(job, lane, stream)
      }
    }
  }

  private func build(_ job: Job, _ name: String) async throws -> JobReceipt {
    let index = try await fact(.index, name, of: job).decoded(NotedIndex.self)
    return try await buildLanes.withLane(for: job.name) { lane in
      inFlight.withLock { $0[job.name] = JobInFlight(lane: lane.name, copy: nil) }
      return try await IndexJob(
        fence: fence, engine: engine(of: job), index: index, budget: budget
      ).run(job, lane)
    }
  }

  private func fact(_ kind: Fact.Kind, _ key: String, of job: Job) async throws -> Fact {
    let facts = try await facts.facts(of: engine(of: job).slug)
    guard let fact = facts.first(where: { $0.kind == kind && $0.key == key }) else {
      throw JobFailure(
        fate: .reconcile, message: "\(job.name): the target does not know \(kind.rawValue) \(key)")
    }
    return fact
  }

  func fenceLost() async -> JobFailure {
    do throws(PostgresError) {
      return try await control.decideFenceLoss()
    } catch {
      return JobFailure(
        fate: .retry, message: "the fence did not hold, and its reason could not be read: \(error)")
    }
  }

  package func reconcile() async throws(JobFailure) -> MarkedPlan {
    do {
      return try await readPlan()
    } catch is FenceLost {
      throw await fenceLost()
    } catch {
      throw JobFailure(error, Job(name: .identities, generation: 0))
    }
  }

  /// Reads the target's plan and marks over a new session.
  private func readPlan() async throws -> MarkedPlan {
    let target = try await sessions.target("reconcile")
    defer { Task { await target.close() } }
    await facts.forget()
    // A failover may have lost even the plan that the run began with.
    try await FencedWriter(target: target, run: fence.run, fence: fence.fence).plan(basePlan)
    let plan = try await RunTables(target).readPlan()
    try await gate.reconciled(with: target.identity)
    return plan
  }
}

/// A job that a lane is at work on.
package struct JobInFlight: Sendable {
  package var lane: String
  /// Nil for an index build, whose progress the server reports.
  package var copy: CopyProgress?
}
