import JobModel

/// What runs next: a pure decision over the jobs' states. Knows nothing of lanes' sessions or of time
/// beyond the moments it is given.
package struct Schedule: Sendable {
  /// Where one job stands in this process.
  struct Entry: Sendable {
    var job: Job
    var state: JobState
    /// Consecutive failures of this process.
    var failures = 0
    /// Not before this moment, counted from the start of the process.
    var notBefore = Duration.zero
  }

  private var entries: [JobName: Entry] = [:]
  /// Engines that are neither published nor given up, largest first.
  private var waiting: [String] = []
  private var inFlight: [String] = []
  private var jobsOfEngine: [String: [JobName]] = [:]
  private var sizes: [String: Int] = [:]
  private var ended: Set<String> = []
  private var running: [LaneKind: Int] = [:]
  /// Chunks that have left the source and are not committed yet.
  private var committing: Set<JobName> = []
  /// Nothing begins before this moment.
  private var heldUntil = Duration.zero
  private let limits: LaneLimits

  /// - Parameter engineBytes: expected bytes of each engine that takes part, for the order.
  package init(limits: LaneLimits, engineBytes: [String: Int]) {
    self.limits = limits
    sizes = engineBytes
    waiting = engineBytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  /// Adds jobs, or replaces what is known of them.
  package mutating func set(_ job: Job, _ state: JobState) {
    precondition(entries[job.name]?.state != .running, "a running job is not replaced")
    if entries[job.name] == nil, let engine = job.name.engine {
      jobsOfEngine[engine, default: []].append(job.name)
    }
    entries[job.name] = Entry(job: job, state: state)
  }

  /// Jobs handed out and not yet ended.
  package var runningCount: Int { running.values.reduce(0, +) }

  /// Whether every job of every engine that was not given up is done.
  package var isComplete: Bool {
    controlJobs.allSatisfy { entries[$0]?.state == .done } && waiting.isEmpty && inFlight.isEmpty
  }

  /// The earliest moment at which a job that rests may run; nil when none rests.
  package func nextWake(after now: Duration) -> Duration? {
    let engineJobs = inFlight.flatMap { engine -> [JobName] in jobsOfEngine[engine] ?? [] }
    // While everything rests, engines that are not begun yet do so, too.
    if heldUntil > now { return isComplete ? nil : heldUntil }
    return (controlJobs + engineJobs).compactMap { entries[$0] }
      .filter { $0.state == .pending && $0.notBefore > now }
      .map(\.notBefore).min()
  }

  private var controlJobs: [JobName] { [.provisionAuth, .provisionCore, .identities] }
}

// MARK: - Handing out

extension Schedule {
  /// The jobs to begin now; they count as running from here on.
  package mutating func next(at now: Duration) -> [Job] {
    guard now >= heldUntil else { return [] }
    admitEngines()
    let candidates = controlReady() + inFlight.flatMap { ready(of: $0) }
    var begun: [Job] = []
    for name in candidates {
      let lane = name.kind.lane
      guard hasRoom(lane), let entry = entries[name], entry.state == .pending,
        entry.notBefore <= now
      else { continue }
      running[lane, default: 0] += 1
      entries[name]?.state = .running
      begun.append(entry.job)
    }
    return begun
  }

  private func hasRoom(_ lane: LaneKind) -> Bool {
    let count = running[lane, default: 0]
    let isReadable = lane != .copy || count - committing.count < limits.streams
    return count < limits[lane] && isReadable
  }

  private mutating func admitEngines() {
    guard isDone(.provisionCore), isDone(.provisionAuth) else { return }
    while inFlight.count < limits.engines, !waiting.isEmpty {
      let engine = waiting.removeFirst()
      inFlight.append(engine)
      if hasEnded(engine) { leave(engine) }
    }
  }

  private func controlReady() -> [JobName] {
    if !isDone(.provisionAuth) { return [.provisionAuth] }
    if !isDone(.provisionCore) { return [.provisionCore] }
    return isDone(.identities) ? [] : [.identities]
  }

  /// An engine's jobs whose dependencies are done: a chunk needs its space, an index every chunk, the
  /// roster identities and everything else.
  private func ready(of engine: String) -> [JobName] {
    let names = jobsOfEngine[engine] ?? []
    let unfinished = names.filter { !isDone($0) }
    for kind in [JobKind.space, .memories, .index] {
      let open = unfinished.filter { $0.kind == kind }
      if !open.isEmpty { return open.sorted { expectedBytes($0) > expectedBytes($1) } }
    }
    return isDone(.identities) ? unfinished : []
  }

  private func expectedBytes(_ name: JobName) -> Int { entries[name]?.job.expectedBytes ?? 0 }

  private func isDone(_ name: JobName) -> Bool { entries[name]?.state == .done }

  private func hasEnded(_ engine: String) -> Bool {
    ended.contains(engine) || (jobsOfEngine[engine] ?? []).allSatisfy { isDone($0) }
  }

  private mutating func leave(_ engine: String) {
    inFlight.removeAll { $0 == engine }
  }
}

// MARK: - Coming back

extension Schedule {
  /// The source has given all of a running chunk: the next may be read while this one is committed.
  package mutating func sourceRead(_ name: JobName) {
    guard entries[name]?.state == .running else { return }
    committing.insert(name)
  }

  /// Takes a committed job; with its last one an engine makes room for the next.
  package mutating func committed(_ name: JobName) {
    release(name)
    entries[name]?.state = .done
    entries[name]?.failures = 0
    if let engine = name.engine, hasEnded(engine) { leave(engine) }
  }

  /// Takes a job back that is to be tried again, and returns how often it has failed in a row.
  package mutating func retry(_ name: JobName) -> Int {
    release(name)
    entries[name]?.state = .pending
    entries[name]?.failures += 1
    return entries[name]?.failures ?? 1
  }

  /// Lets a job rest until a moment.
  package mutating func rest(_ name: JobName, until moment: Duration) {
    entries[name]?.notBefore = moment
  }

  /// Lets everything rest until a moment; what is at work goes on.
  package mutating func hold(until moment: Duration) {
    heldUntil = moment
  }

  /// Takes a job back that failed for good, and gives its engine up: no other job of it begins.
  package mutating func failed(_ name: JobName) {
    release(name)
    entries[name]?.state = .failed
    guard let engine = name.engine else { return }
    ended.insert(engine)
    leave(engine)
  }

  /// Starts over from what the target proves, nothing being at work. Engines that were given up stay so;
  /// jobs that the target's plan no longer has are forgotten.
  package mutating func replace(with plan: MarkedPlan) {
    precondition(runningCount == 0, "a reconciliation beside running jobs")
    let failures = entries.mapValues(\.failures)
    (entries, jobsOfEngine, inFlight) = ([:], [:], [])
    for job in plan.jobs {
      set(job, plan.state(of: job))
      entries[job.name]?.failures = failures[job.name] ?? 0
    }
    waiting = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      .filter { !hasEnded($0) }
  }

  private mutating func release(_ name: JobName) {
    precondition(entries[name]?.state == .running, "\(name) was not handed out")
    running[name.kind.lane, default: 0] -= 1
    committing.remove(name)
  }
}
