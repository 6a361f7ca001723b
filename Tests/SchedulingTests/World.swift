import JobModel
import Logging
import Synchronization

@testable import Scheduling

/// One engine `e` with two chunks and an index, an executor and a journal that do as they are told, and a
/// clock that only sleeping moves.
final class World: Sendable {
  let executor = ScriptedExecutor()
  let journal = ListJournal()
  let clock = ManualClock()

  static let everything = [
    "provision/auth", "provision/core", "identities", "e/space", "e/memories/0", "e/memories/1",
    "e/index/i", "e/roster",
  ]

  func pool(giveUpAfter: Duration = .seconds(900)) -> WorkerPool {
    var schedule = Schedule(
      limits: LaneLimits(engines: 1, streams: 1, indexBuilds: 1), engineBytes: ["e": 1])
    for name in ["provision/auth", "provision/core", "identities", "e/space", "e/roster"] {
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

  func loseOnReconcile(_ job: String) { executor.script.withLock { $0.lost = job } }

  func during(_ job: String, _ body: @escaping @Sendable () -> Void) {
    executor.script.withLock { $0.during[job] = body }
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

/// Commits every job, except as scripted; the space plans two chunks and an index.
final class ScriptedExecutor: JobExecutor {
  typealias Beside = (
    other: String, begun: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
  )

  struct Script {
    var failures: [String: (times: Int, fate: JobFailure.Fate)] = [:]
    var during: [String: @Sendable () -> Void] = [:]
    var commitsBeside: [String: Beside] = [:]
    var attempts: [String: Int] = [:]
    var committed: Set<String> = []
    var lost: String?
  }

  let script = Mutex(Script())

  func execute(
    _ job: Job, sourceRead: @escaping @Sendable () -> Void
  ) async throws(JobFailure) -> JobReceipt {
    let name = "\(job.name)"
    let (fate, during) = script.withLock { script -> (JobFailure.Fate?, (@Sendable () -> Void)?) in
      script.attempts[name, default: 0] += 1
      if let failure = script.failures[name], failure.times > 0 {
        script.failures[name]?.times -= 1
        return (failure.fate, script.during[name])
      }
      script.committed.insert(name)
      return (nil, script.during[name])
    }
    during?()
    if let fate { throw JobFailure(fate: fate, message: "scripted") }
    let beside = script.withLock { script in
      script.commitsBeside.values.filter { $0.other == name }
        .forEach { $0.begun.continuation.finish() }
      return script.commitsBeside[name]
    }
    if let beside {
      sourceRead()
      for await _ in beside.begun.stream {}
    }
    let planned = ["e/memories/0", "e/memories/1", "e/index/i"].map(jobNamed)
    return JobReceipt(newJobs: name == "e/space" ? planned : [])
  }

  func reconcile() async throws(JobFailure) -> MarkedPlan {
    script.withLock { script in
      if let lost = script.lost { script.committed.remove(lost) }
      script.lost = nil
      var evidence = MarkedPlan(jobs: World.everything.map(jobNamed))
      for job in evidence.jobs where script.committed.contains("\(job.name)") {
        evidence.marks[job.name] = Mark(name: job.name, generation: 1, range: .all, rows: 0)
      }
      return evidence
    }
  }
}

/// Keeps one line for each step.
final class ListJournal: JobJournal {
  private let state = Mutex<(lines: [String], breakAt: String?)>(([], nil))

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

  func started(_ job: Job) async throws { try write("started \(job.name)") }
  func committed(_ job: Job, _ receipt: JobReceipt) async throws {
    try write("committed \(job.name)")
  }
  func retried(_ job: Job, _ failure: JobFailure, after delay: Duration) async throws {
    try write("retried \(job.name)")
  }
  func failed(_ job: Job, _ failure: JobFailure) async throws { try write("failed \(job.name)") }
  func abandoned(_ job: Job, _ failure: JobFailure) async throws {
    try write("abandoned \(job.name)")
  }
  func reconciled(_ evidence: MarkedPlan) async throws { try write("reconciled") }
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
