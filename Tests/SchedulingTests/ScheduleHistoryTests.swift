import JobModel
import Testing

@testable import Scheduling

@Suite("Schedule: the same decisions as a scheduler that looks at everything")
struct ScheduleHistoryTests {
  @Test(arguments: 0..<300)
  func randomHistoriesAreDecidedAlike(seed: UInt64) throws {
    var history = History(seed: seed)
    for _ in 0..<250 { try history.step() }
  }

  /// Work that grows with the chunks that wait or are done would take minutes here.
  @Test func fiftyThousandChunksAreHandedOutOneByOne() {
    var schedule = Schedule(
      limits: LaneLimits(engines: 8, streams: 4, indexBuilds: 2), engineBytes: ["e": 1])
    for name in ["provision/auth", "provision/core", "identities", "e/space"] {
      schedule.set(jobNamed(name), .done)
    }
    for number in 0..<50_000 {
      let name = JobName.memories(engine: "e", number: number)
      schedule.set(Job(name: name, generation: 1, expectedBytes: number), .pending)
    }
    var done = 0
    var running = schedule.next(at: .zero)
    while let job = running.popLast() {
      schedule.committed(job.name)
      done += 1
      running += schedule.next(at: .zero)
      _ = schedule.nextWake(after: .zero)
    }
    #expect(done == 50_000)
    #expect(schedule.isComplete)
  }
}

/// A run of up to six engines in which anything may happen, told to both schedulers.
struct History {
  private var random: SeededGenerator
  private var now = Duration.zero
  private var schedule: Schedule
  private var reference: ReferenceSchedule
  private var running: [Job] = []

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let names = (0..<Int.random(in: 1...6, using: &random)).map { "e\($0)" }
    var bytes: [String: Int] = [:]
    for name in names { bytes[name] = [0, 1, 2, 3, 12].randomElement(using: &random) }
    let limits = LaneLimits(
      engines: .random(in: 1...3, using: &random), streams: .random(in: 1...2, using: &random),
      indexBuilds: .random(in: 1...2, using: &random))
    let shuffled = names.shuffled(using: &random)
    self.random = random
    schedule = Schedule(limits: limits, engineBytes: bytes)
    reference = ReferenceSchedule(limits: limits, engineBytes: bytes)
    for name in ["provision/auth", "provision/core", "identities"] {
      set(jobNamed(name))
    }
    for name in shuffled {
      set(jobNamed("\(name)/roster"))
      set(jobNamed("\(name)/space"))
    }
  }

  private mutating func set(_ job: Job) {
    schedule.set(job, .pending)
    reference.set(job, .pending)
  }

  /// Lets one thing happen, and expects the same of both.
  mutating func step() throws {
    happen()
    let begun = schedule.next(at: now)
    try #require(begun == reference.next(at: now))
    running += begun
    try #require(schedule.nextWake(after: now) == reference.nextWake(after: now))
    try #require(schedule.isComplete == reference.isComplete)
    try #require(schedule.runningJobs == Set(running.map(\.name)))
  }

  private mutating func happen() {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: now += .milliseconds(.random(in: 0...3_000, using: &random))
    case 1: hold()
    case 2: follow()
    default: end()
    }
  }

  private mutating func hold() {
    let moment = now + .milliseconds(.random(in: 0...500, using: &random))
    schedule.hold(until: moment)
    reference.hold(until: moment)
    now = max(now, Bool.random(using: &random) ? moment : now)
  }

  /// One running job ends, in one of the ways there are.
  private mutating func end() {
    guard let index = running.indices.randomElement(using: &random) else {
      now += .milliseconds(700)
      return
    }
    let job = running[index]
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2:
      running.remove(at: index)
      retry(job.name)
    case 3 where job.name.engine != nil:
      running.remove(at: index)
      schedule.failed(job.name)
      reference.failed(job.name)
    case 4, 5:
      guard job.name.kind == .memories else { return }
      schedule.sourceRead(job.name)
      reference.sourceRead(job.name)
    default:
      running.remove(at: index)
      commit(job.name)
    }
  }

  private mutating func retry(_ name: JobName) {
    let failures = schedule.retry(name)
    precondition(failures == reference.retry(name))
    guard Bool.random(using: &random) else { return }
    let moment = now + .milliseconds(.random(in: 0...2_000, using: &random))
    schedule.rest(name, until: moment)
    reference.rest(name, until: moment)
  }

  /// A space plans the rest of its engine.
  private mutating func commit(_ name: JobName) {
    schedule.committed(name)
    reference.committed(name)
    guard case .space(let engine) = name else { return }
    for number in 0..<Int.random(in: 1...5, using: &random) {
      var job = jobNamed("\(engine)/memories/\(number)")
      job.expectedBytes = .random(in: 0...3, using: &random)
      set(job)
    }
    for index in 0..<Int.random(in: 0...2, using: &random) {
      set(jobNamed("\(engine)/index/\(index)"))
    }
  }

  /// The target's marks are read again: some are lost, some are there that nobody has heard of, and a
  /// space that is lost takes its engine's plan along.
  private mutating func follow() {
    guard schedule.onlyBuilds else { return }
    var plan = MarkedPlan()
    var lost: Set<String> = []
    for entry in reference.entries.sorted(by: { "\($0.job.name)" < "\($1.job.name)" }) {
      let isDone = entry.state == .done
      if Int.random(in: 0..<20, using: &random) == 0 ? !isDone : isDone {
        plan.marks[entry.job.name] = Mark(
          name: entry.job.name, generation: 1, range: .all, rows: 0)
      } else if case .space(let engine) = entry.job.name {
        lost.insert(engine)
      }
    }
    plan.jobs = reference.entries.map(\.job).filter { job in
      guard let engine = job.name.engine, lost.contains(engine) else { return true }
      return [.space, .roster].contains(job.name.kind)
    }
    guard schedule.canFollow(plan) else { return }
    schedule.replace(with: plan)
    reference.replace(with: plan)
  }
}

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
