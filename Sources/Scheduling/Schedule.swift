import JobModel

/// Decides which jobs run next: pure, from the jobs' states and the moments that it is given. It knows no
/// session and no clock.
///
/// An engine is *copied* while its space or one of its chunks is not done, and only then it takes one of
/// the places for engines. Its index builds and its roster wait with those of all other engines, so neither
/// stops the copying, and the copying stops neither.
///
/// An event of a job costs the logarithm of the number of jobs, and a decision the number of engines that
/// are copied. Neither grows with the jobs that wait or are done.
package struct Schedule: Sendable {
  /// The state of one job in this process.
  struct Entry: Sendable {
    var job: Job
    var state: JobState
    /// Consecutive failures of this process.
    var failures = 0
    /// The job begins no earlier than this moment, counted from the start of the process.
    var notBefore = Duration.zero
    /// Pending, and its moment has not come.
    var isResting = false
    /// Its place in the order in which jobs were added.
    var number: Int
    /// Changes with the entry. An element of a queue with another ticket no longer counts.
    var ticket = 0
  }

  /// When a job's rest ends.
  private struct Rest: Comparable, Sendable {
    var moment: Duration
    var ticket: Int
    var name: JobName

    static func < (a: Rest, b: Rest) -> Bool { a.moment < b.moment }
  }

  /// A build or a roster that may begin. Engine by engine, so that rosters do not pile up at the end.
  private struct Late: Comparable, Sendable {
    var rank: Int
    var ready: EngineJobs.Ready

    static func < (a: Late, b: Late) -> Bool {
      a.rank == b.rank ? a.ready < b.ready : a.rank < b.rank
    }
  }

  private var entries: [JobName: Entry] = [:]
  private var engines: [String: EngineJobs] = [:]
  private let order: EngineOrder
  /// The ranks of engines to be copied. May hold more than those, which its reader passes over.
  private var waiting = PriorityQueue<Int>()
  /// The ranks of the engines that are copied: of those to be copied, the least.
  private var copying: [Int] = []
  /// The builds and the rosters that may begin, of all engines. May hold more than those, with outdated
  /// tickets.
  private var late: [JobKind: PriorityQueue<Late>] = [:]
  /// Engines of which a job has changed since the last decision.
  private var changed: Set<String> = []
  private var unfinished: Set<String> = []
  private var failed: Set<String> = []
  private var running: [LaneKind: Int] = [:]
  private var atWork: Set<JobName> = []
  /// Chunks that have left the source and are not committed yet.
  private var committing: Set<JobName> = []
  private var rests = PriorityQueue<Rest>()
  /// No job begins before this moment.
  private var heldUntil = Duration.zero
  private let limits: LaneLimits
  private let publishes: Bool

  /// - Parameters:
  ///   - engineBytes: expected bytes of each engine that takes part, for the order.
  ///   - publishes: false leaves all rosters for another process.
  package init(limits: LaneLimits, engineBytes: [String: Int], publishes: Bool = true) {
    self.limits = limits
    self.publishes = publishes
    order = EngineOrder(engineBytes)
  }

  /// Adds or replaces jobs.
  package mutating func set(_ job: Job, _ state: JobState) {
    let known = entries[job.name]
    precondition(known?.state != .running, "a running job is not replaced")
    let number = known?.number ?? entries.count
    put(Entry(job: job, state: state, number: number, ticket: known?.ticket ?? 0))
  }

  /// Jobs handed out and not yet ended.
  package var runningJobs: Set<JobName> { atWork }

  package var runningCount: Int { atWork.count }

  /// Whether nothing but index builds is at work.
  package var onlyBuilds: Bool { running[.build, default: 0] == atWork.count }

  /// Whether every job of every engine that has not failed is done.
  package var isComplete: Bool { controlJobs.allSatisfy(isDone) && unfinished.isEmpty }

  private var controlJobs: [JobName] { [.provisionAuth, .provisionCore, .identities] }

  private func isDone(_ name: JobName) -> Bool { entries[name]?.state == .done }

  // MARK: - Keeping count

  private mutating func change(_ name: JobName, _ change: (inout Entry) -> Void) {
    guard var entry = entries[name] else { return }
    change(&entry)
    put(entry)
  }

  /// The only place where an entry changes: keeps the counts and the queues in step.
  private mutating func put(_ changed: Entry) {
    var entry = changed
    let name = entry.job.name
    guard publishes || name.kind != .roster else { return }
    entry.ticket += 1
    if let engine = name.engine {
      if let old = entries[name] { engines[engine]?.count(old, by: -1) }
      engines[engine, default: EngineJobs()].count(entry, by: 1)
      note(engine)
    }
    entries[name] = entry
    guard entry.state == .pending else { return }
    if entry.isResting {
      rests.insert(Rest(moment: entry.notBefore, ticket: entry.ticket, name: name))
    } else if let engine = name.engine {
      engines[engine]?.enqueue(
        EngineJobs.Ready(
          bytes: entry.job.expectedBytes, number: entry.number, ticket: entry.ticket, name: name))
    }
  }

  /// Engines without a rank take no part.
  private mutating func note(_ engine: String) {
    guard order.rank(of: engine) != nil else { return }
    changed.insert(engine)
    let isOver = engines[engine]?.stage == nil || failed.contains(engine)
    if isOver { unfinished.remove(engine) } else { unfinished.insert(engine) }
  }
}

// MARK: - Handing out

extension Schedule {
  /// The jobs to begin now; they count as running from here on.
  package mutating func next(at now: Duration) -> [Job] {
    guard now >= heldUntil else { return [] }
    wake(at: now)
    var begun: [Job] = []
    if let name = controlJobs.first(where: { !isDone($0) }), hasRoom(.control),
      let job = begin(name)
    {
      begun.append(job)
    }
    guard isDone(.provisionAuth), isDone(.provisionCore) else { return begun }
    sortChanged()
    admitEngines()
    // A roster is an engine's last step: the spaces that could take its lane only make others begin.
    if isDone(.identities) { begun += beginLate(.roster) }
    begun += copyNext()
    begun += beginLate(.index)
    return begun
  }

  /// The earliest moment after `now` at which a resting job may run; nil if none rests.
  package mutating func nextWake(after now: Duration) -> Duration? {
    // While everything rests, engines that have not begun rest, too.
    if heldUntil > now { return isComplete ? nil : heldUntil }
    wake(at: now)
    while let rest = rests.first {
      if counts(rest) { return rest.moment }
      _ = rests.popFirst()
    }
    return nil
  }

  /// Makes jobs ready whose rest has ended.
  private mutating func wake(at now: Duration) {
    while let rest = rests.first, rest.moment <= now {
      _ = rests.popFirst()
      if counts(rest) { change(rest.name) { $0.isResting = false } }
    }
  }

  private func counts(_ rest: Rest) -> Bool {
    guard entries[rest.name]?.ticket == rest.ticket else { return false }
    return rest.name.engine.map { !failed.contains($0) } ?? true
  }

  private func hasRoom(_ lane: LaneKind) -> Bool {
    let count = running[lane, default: 0]
    let isReadable = lane != .copy || count - committing.count < limits.streams
    return count < limits[lane] && isReadable
  }

  /// Lets every engine wait where its next jobs are looked for.
  private mutating func sortChanged() {
    for engine in changed {
      guard let rank = order.rank(of: engine) else { continue }
      if !isCopyable(rank) { copying.removeAll { $0 == rank } }
      guard unfinished.contains(engine) else { continue }
      if isCopyable(rank), !copying.contains(rank) { waiting.insert(rank) }
      guard let stage = engines[engine]?.stage, stage == .index || stage == .roster else {
        continue
      }
      while let ready = engines[engine]?.popReady() {
        late[stage, default: PriorityQueue()].insert(Late(rank: rank, ready: ready))
      }
    }
    changed = []
  }

  /// Whether an engine has a space or chunks left. While all of them rest, it gives its place to another.
  private func isCopyable(_ rank: Int) -> Bool {
    let engine = order.engines[rank]
    guard unfinished.contains(engine), let jobs = engines[engine] else { return false }
    return (jobs.stage == .space || jobs.stage == .memories) && !jobs.isResting
  }

  /// Gives the places to the first engines. One that comes back takes the place of a later one.
  private mutating func admitEngines() {
    while let rank = waiting.first {
      guard copying.count < limits.engines || copying.contains(where: { $0 > rank }) else { return }
      _ = waiting.popFirst()
      guard isCopyable(rank), !copying.contains(rank) else { continue }
      copying.insert(rank, at: copying.firstIndex { $0 > rank } ?? copying.count)
      if copying.count > limits.engines { waiting.insert(copying.removeLast()) }
    }
  }

  /// Spaces and chunks, those of the first engine first.
  private mutating func copyNext() -> [Job] {
    var begun: [Job] = []
    for rank in copying {
      let engine = order.engines[rank]
      guard let stage = engines[engine]?.stage else { continue }
      while hasRoom(stage.lane), let ready = engines[engine]?.popReady() {
        if let job = begin(ready) { begun.append(job) }
      }
    }
    return begun
  }

  /// Jobs that wait with those of all engines: those of the first engine first, the largest first.
  private mutating func beginLate(_ kind: JobKind) -> [Job] {
    var begun: [Job] = []
    while hasRoom(kind.lane), let ready = late[kind]?.popFirst()?.ready {
      guard let engine = ready.name.engine, unfinished.contains(engine) else { continue }
      if engines[engine]?.stage != kind {
        // An earlier job was added since.
        engines[engine]?.enqueue(ready)
      } else if let job = begin(ready) {
        begun.append(job)
      }
    }
    return begun
  }

  /// Nil if the job has changed since it was queued.
  private mutating func begin(_ ready: EngineJobs.Ready) -> Job? {
    entries[ready.name]?.ticket == ready.ticket ? begin(ready.name) : nil
  }

  /// Nil if the job is at work already, or rests.
  private mutating func begin(_ name: JobName) -> Job? {
    guard let entry = entries[name], entry.state == .pending, !entry.isResting else { return nil }
    running[name.kind.lane, default: 0] += 1
    atWork.insert(name)
    change(name) { $0.state = .running }
    return entry.job
  }
}

// MARK: - Coming back

extension Schedule {
  /// Records that the source has sent a whole running chunk: the next one may be read while this one is
  /// committed.
  package mutating func sourceRead(_ name: JobName) {
    guard entries[name]?.state == .running else { return }
    committing.insert(name)
  }

  /// Records a committed job. After its last chunk, an engine makes room for the next one.
  package mutating func committed(_ name: JobName) {
    release(name)
    change(name) { ($0.state, $0.failures) = (.done, 0) }
  }

  /// Takes back a job that will be tried again, and returns the number of its failures in a row.
  package mutating func retry(_ name: JobName) -> Int {
    release(name)
    change(name) {
      $0.state = .pending
      $0.failures += 1
    }
    return entries[name]?.failures ?? 1
  }

  /// Makes a job that was taken back rest until a moment.
  package mutating func rest(_ name: JobName, until moment: Duration) {
    change(name) { ($0.notBefore, $0.isResting) = (moment, $0.state == .pending) }
  }

  /// Makes all jobs rest until a moment. Jobs at work continue.
  package mutating func hold(until moment: Duration) {
    heldUntil = moment
  }

  /// Takes back a job that failed for good. No other job of its engine begins.
  package mutating func failed(_ name: JobName) {
    release(name)
    change(name) { $0.state = .failed }
    guard let engine = name.engine else { return }
    failed.insert(engine)
    note(engine)
  }

  private mutating func release(_ name: JobName) {
    precondition(entries[name]?.state == .running, "\(name) was not handed out")
    running[name.kind.lane, default: 0] -= 1
    atWork.remove(name)
    committing.remove(name)
  }
}

// MARK: - Following the target

extension Schedule {
  /// Whether the plan still has, unchanged, every job that is at work.
  package func canFollow(_ plan: MarkedPlan) -> Bool {
    let kept = plan.jobs.count { job in
      guard atWork.contains(job.name), let now = entries[job.name]?.job else { return false }
      return now.generation == job.generation && now.range == job.range
    }
    return kept == atWork.count
  }

  /// Starts again from the states that the target proves. Jobs at work continue, whatever their marks
  /// say. Failed engines stay failed, and jobs that the target's plan no longer has are forgotten.
  package mutating func replace(with plan: MarkedPlan) {
    precondition(onlyBuilds && canFollow(plan), "a reconciliation beside jobs that it concerns")
    let before = entries
    (entries, engines, rests) = ([:], [:], PriorityQueue())
    (waiting, copying, late) = (PriorityQueue(), [], [:])
    (changed, unfinished) = ([], [])
    for job in plan.jobs {
      var entry = Entry(job: job, state: plan.state(of: job), number: entries.count)
      if let old = before[job.name] {
        if old.state == .running { entry.state = .running }
        entry.failures = old.failures
        entry.notBefore = old.notBefore
        entry.isResting = entry.state == .pending && old.notBefore > .zero
      }
      put(entry)
    }
  }
}
