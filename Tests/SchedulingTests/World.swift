import JobModel
import Logging
import Synchronization

@testable import Scheduling

/// Engines of two chunks and an index each, an executor and a journal that do as they are told, and a clock
/// that only sleeping moves.
final class World: Sendable {
  let executor: ScriptedExecutor
  let journal: ListJournal
  let clock: ManualClock
  let engines: [String]

  init(engines: [String] = ["e"]) {
    let clock = ManualClock()
    self.clock = clock
    self.engines = engines
    executor = ScriptedExecutor(engines: engines, clock: clock)
    journal = ListJournal(clock: clock)
  }

  static let everything = jobs(of: ["e"])

  static func jobs(of engines: [String]) -> [String] {
    ["provision/auth", "provision/core", "identities"]
      + engines.flatMap { engine in
        ["space", "memories/0", "memories/1", "index/i", "roster"].map { "\(engine)/\($0)" }
      }
  }

  func pool(giveUpAfter: Duration = .seconds(900)) -> WorkerPool {
    let count = engines.count
    var schedule = Schedule(
      limits: LaneLimits(engines: count, streams: count, indexBuilds: count),
      engineBytes: Dictionary(uniqueKeysWithValues: engines.map { ($0, 1) }))
    for name in World.jobs(of: engines) where !name.contains("memories") && !name.contains("index")
    {
      schedule.set(jobNamed(name), .pending)
    }
    return WorkerPool(
      schedule: schedule, executor: executor, journal: journal,
      policy: RetryPolicy(giveUpAfter: giveUpAfter), clock: clock.poolClock,
      logger: Logger(label: "test"))
  }

  func fail(_ job: String, times: Int, _ fate: JobFailure.Fate) {
    executor.script.withLock { $0.failures[job] = (times, fate) }
  }

  /// Every attempt fails until this moment.
  func beAway(until moment: Duration) { executor.script.withLock { $0.backAt = moment } }

  /// The marks cannot be read so often.
  func failToReconcile(times: Int) { executor.script.withLock { $0.failedReadings = times } }

  /// Whenever the marks are read.
  func duringReconcile(_ body: @escaping @Sendable () -> Void) {
    executor.script.withLock { $0.during["reconcile"] = body }
  }

  /// The target forgets what the space has planned, once.
  func losePlanOnReconcile(of engine: String) {
    executor.script.withLock { $0.lostPlan = engine }
  }

  /// Ends what waits for `job` to begin.
  func letEnd(beside job: String) { executor.letEnd(beside: job) }

  func loseOnReconcile(_ job: String) { executor.script.withLock { $0.lost = job } }

  func during(_ job: String, _ body: @escaping @Sendable () -> Void) {
    executor.script.withLock { $0.during[job] = body }
  }

  /// Lets the first attempts at `job` go on only once `other` has begun.
  func begin(_ job: String, onlyBeside other: String) {
    executor.script.withLock { $0.beginsBeside[job] = (other, AsyncStream.makeStream()) }
  }

  /// Reads `job`, but commits it only once `other` has begun.
  func commit(_ job: String, onlyBeside other: String) {
    executor.script.withLock { $0.commitsBeside[job] = (other, AsyncStream.makeStream()) }
  }

  func attempts(_ job: String) -> Int { executor.script.withLock { $0.attempts[job] ?? 0 } }

  var committed: Set<String> { executor.script.withLock { $0.committed } }
}

/// A job of generation 1.
func jobNamed(_ name: String) -> Job {
  guard let name = JobName(name) else { preconditionFailure("\(name) is no job") }
  return Job(name: name, generation: 1)
}

/// Commits every job, except as scripted; a space plans two chunks and an index.
final class ScriptedExecutor: JobExecutor {
  typealias Beside = (
    other: String, begun: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
  )

  struct Script {
    var failures: [String: (times: Int, fate: JobFailure.Fate)] = [:]
    var during: [String: @Sendable () -> Void] = [:]
    var beginsBeside: [String: Beside] = [:]
    var commitsBeside: [String: Beside] = [:]
    var attempts: [String: Int] = [:]
    var committed: Set<String> = []
    var lost: String?
    var lostPlan: String?
    var backAt = Duration.zero
    var failedReadings = 0
  }

  let script = Mutex(Script())
  private let engines: [String]
  private let clock: ManualClock

  init(engines: [String], clock: ManualClock) {
    self.engines = engines
    self.clock = clock
  }

  func letEnd(beside name: String) {
    script.withLock { script in
      for beside in [script.beginsBeside, script.commitsBeside].flatMap(\.values)
      where beside.other == name {
        beside.begun.continuation.finish()
      }
    }
  }

  func execute(
    _ job: Job, sourceRead: @escaping @Sendable () -> Void
  ) async throws(JobFailure) -> JobReceipt {
    let name = "\(job.name)"
    if let beside = script.withLock({ $0.beginsBeside[name] }) {
      for await _ in beside.begun.stream {}
    }
    let (fate, during) = script.withLock { script -> (JobFailure.Fate?, (@Sendable () -> Void)?) in
      script.attempts[name, default: 0] += 1
      if clock.now < script.backAt { return (.retry, nil) }
      if let failure = script.failures[name], failure.times > 0 {
        script.failures[name]?.times -= 1
        return (failure.fate, script.during[name])
      }
      script.committed.insert(name)
      return (nil, script.during[name])
    }
    during?()
    if let fate { throw JobFailure(fate: fate, message: "scripted") }
    letEnd(beside: name)
    if let beside = script.withLock({ $0.commitsBeside[name] }) {
      sourceRead()
      for await _ in beside.begun.stream {}
    }
    guard case .space(let engine) = job.name else { return JobReceipt() }
    return JobReceipt(
      newJobs: ["memories/0", "memories/1", "index/i"].map { jobNamed("\(engine)/\($0)") })
  }

  func reconcile() async throws(JobFailure) -> MarkedPlan {
    script.withLock { $0.during["reconcile"] }?()
    let plan = script.withLock { script -> MarkedPlan? in
      script.failedReadings -= 1
      return script.failedReadings >= 0 ? nil : readMarks(&script)
    }
    guard let plan else { throw JobFailure(fate: .retry, message: "scripted") }
    return plan
  }

  private func readMarks(_ script: inout Script) -> MarkedPlan {
    if let lost = script.lost { script.committed.remove(lost) }
    var plan = MarkedPlan(jobs: World.jobs(of: engines).map(jobNamed))
    if let lost = script.lostPlan {
      script.committed = script.committed.filter { !$0.hasPrefix("\(lost)/") }
      plan.jobs.removeAll {
        $0.name.engine == lost && ($0.name.kind == .memories || $0.name.kind == .index)
      }
    }
    (script.lost, script.lostPlan) = (nil, nil)
    for job in plan.jobs where script.committed.contains("\(job.name)") {
      plan.marks[job.name] = Mark(name: job.name, generation: 1, range: .all, rows: 0)
    }
    return plan
  }
}

/// Keeps one line for each step.
final class ListJournal: JobJournal {
  /// That a job began, or, with a moment, that it was said to begin then.
  struct Attempt {
    var job: JobName
    var at: Duration
    var next: Duration?
  }

  private let state = Mutex<(lines: [String], breakAt: String?)>(([], nil))
  private let noted = Mutex<[Attempt]>([])
  private let clock: ManualClock

  init(clock: ManualClock) { self.clock = clock }

  var attempts: [Attempt] { noted.withLock { $0 } }

  struct Broken: Error {}

  var lines: [String] { state.withLock { $0.lines } }

  func breakAt(_ line: String) { state.withLock { $0.breakAt = line } }

  private func write(_ line: String) throws {
    let isBroken = state.withLock { state in
      state.lines.append(line)
      return state.breakAt == line
    }
    if isBroken { throw Broken() }
  }

  func started(_ job: Job) async throws {
    noted.withLock { $0.append(Attempt(job: job.name, at: clock.now)) }
    try write("started \(job.name)")
  }
  func committed(_ job: Job, _ receipt: JobReceipt) async throws {
    try write("committed \(job.name)")
  }
  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration?) async throws {
    let now = clock.now
    noted.withLock { $0.append(Attempt(job: job.name, at: now, next: delay.map { now + $0 })) }
    try write("retried \(job.name)")
  }
  func failed(_ job: Job, _ failure: JobFailure) async throws { try write("failed \(job.name)") }
  func abandoned(_ job: Job, _ failure: JobFailure) async throws {
    try write("abandoned \(job.name)")
  }
  func reconciled(_ plan: MarkedPlan, beside atWork: Set<JobName>) async throws {
    try write("reconciled")
  }
}

/// Time that passes only while somebody sleeps, and then at once, or when it is told to.
final class ManualClock: Sendable {
  private let state = Mutex<(now: Duration, slept: [Duration])>((.zero, []))

  var now: Duration { state.withLock { $0.now } }
  var slept: [Duration] { state.withLock { $0.slept } }

  /// Time that passes while something is at work.
  func pass(_ duration: Duration) { state.withLock { $0.now += duration } }

  var poolClock: PoolClock {
    PoolClock(
      now: { self.now },
      sleep: { moment in
        self.state.withLock { state in
          state.now = max(state.now, moment)
          state.slept.append(moment)
        }
      })
  }
}
