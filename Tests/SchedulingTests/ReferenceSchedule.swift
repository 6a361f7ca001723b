import JobModel

@testable import Scheduling

/// What ``Schedule`` decides, said as simply as can be: every decision looks at everything.
struct ReferenceSchedule {
  struct Entry {
    var job: Job
    var state: JobState
    var failures = 0
    var notBefore = Duration.zero
  }

  let limits: LaneLimits
  let sizes: [String: Int]
  /// In the order in which they were heard of.
  var entries: [Entry] = []
  var inFlight: [String] = []
  var waiting: [String]
  var ended: Set<String> = []
  var committing: Set<JobName> = []
  var heldUntil = Duration.zero

  init(limits: LaneLimits, engineBytes: [String: Int]) {
    self.limits = limits
    sizes = engineBytes
    waiting = engineBytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  subscript(_ name: JobName) -> Entry? {
    get { entries.first { $0.job.name == name } }
    set {
      guard let newValue else { return }
      if let index = entries.firstIndex(where: { $0.job.name == name }) {
        entries[index] = newValue
      } else {
        entries.append(newValue)
      }
    }
  }

  mutating func set(_ job: Job, _ state: JobState) {
    self[job.name] = Entry(job: job, state: state)
  }

  var isComplete: Bool {
    let control = [JobName.provisionAuth, .provisionCore, .identities]
    return control.allSatisfy(isDone) && waiting.isEmpty && inFlight.isEmpty
  }

  func isDone(_ name: JobName) -> Bool { self[name]?.state == .done }

  // MARK: Handing out

  mutating func next(at now: Duration) -> [Job] {
    guard now >= heldUntil else { return [] }
    admitEngines(now)
    var begun: [Job] = []
    let control = [JobName.provisionAuth, .provisionCore, .identities].first { !isDone($0) }
    for entry in [control].compactMap({ $0.flatMap { self[$0] } }) + inFlight.flatMap(open) {
      let name = entry.job.name
      guard hasRoom(name.kind.lane), entry.state == .pending, entry.notBefore <= now,
        name.kind != .roster || isDone(.identities)
      else { continue }
      self[name]?.state = .running
      begun.append(entry.job)
    }
    return begun
  }

  func nextWake(after now: Duration) -> Duration? {
    if heldUntil > now { return isComplete ? nil : heldUntil }
    return entries.filter { entry in
      entry.state == .pending && entry.notBefore > now
        && entry.job.name.engine.map { !ended.contains($0) } ?? true
    }.map(\.notBefore).min()
  }

  mutating func admitEngines(_ now: Duration) {
    guard isDone(.provisionCore), isDone(.provisionAuth) else { return }
    while inFlight.count(where: { !isResting($0, now) }) < limits.engines, !waiting.isEmpty {
      let engine = waiting.removeFirst()
      if !hasEnded(engine) { inFlight.append(engine) }
    }
  }

  func jobs(of engine: String) -> [Entry] { entries.filter { $0.job.name.engine == engine } }

  /// The unfinished jobs of the engine's first unfinished stage, the largest first.
  func open(_ engine: String) -> [Entry] {
    let unfinished = jobs(of: engine).filter { $0.state != .done }
    for kind in [JobKind.space, .memories, .index, .roster] {
      let open = unfinished.filter { $0.job.name.kind == kind }
      if !open.isEmpty { return open.sorted { $0.job.expectedBytes > $1.job.expectedBytes } }
    }
    return []
  }

  func isResting(_ engine: String, _ now: Duration) -> Bool {
    let open = open(engine)
    return !open.isEmpty && open.allSatisfy { $0.state == .pending && $0.notBefore > now }
      && jobs(of: engine).allSatisfy { $0.state != .running }
  }

  func hasRoom(_ lane: LaneKind) -> Bool {
    let count = entries.count { $0.state == .running && $0.job.name.kind.lane == lane }
    return count < limits[lane] && (lane != .copy || count - committing.count < limits.streams)
  }

  func hasEnded(_ engine: String) -> Bool {
    ended.contains(engine) || jobs(of: engine).allSatisfy { $0.state == .done }
  }

  // MARK: Coming back

  mutating func sourceRead(_ name: JobName) { committing.insert(name) }

  mutating func committed(_ name: JobName) {
    committing.remove(name)
    self[name]?.state = .done
    self[name]?.failures = 0
    if let engine = name.engine, hasEnded(engine) { inFlight.removeAll { $0 == engine } }
  }

  mutating func retry(_ name: JobName) -> Int {
    committing.remove(name)
    self[name]?.state = .pending
    self[name]?.failures += 1
    return self[name]?.failures ?? 0
  }

  mutating func rest(_ name: JobName, until moment: Duration) { self[name]?.notBefore = moment }

  mutating func hold(until moment: Duration) { heldUntil = moment }

  mutating func failed(_ name: JobName) {
    committing.remove(name)
    self[name]?.state = .failed
    guard let engine = name.engine else { return }
    ended.insert(engine)
    inFlight.removeAll { $0 == engine }
  }

  mutating func replace(with plan: MarkedPlan) {
    let before = self
    (entries, inFlight) = ([], [])
    for job in plan.jobs {
      let old = before[job.name]
      let state = old?.state == .running ? .running : plan.state(of: job)
      entries.append(
        Entry(
          job: job, state: state, failures: old?.failures ?? 0, notBefore: old?.notBefore ?? .zero))
    }
    waiting = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      .filter { !hasEnded($0) }
  }
}
