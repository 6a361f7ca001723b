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
  var ended: Set<String> = []
  var committing: Set<JobName> = []
  var heldUntil = Duration.zero

  init(limits: LaneLimits, engineBytes: [String: Int]) {
    self.limits = limits
    sizes = engineBytes
  }

  /// The largest first, but before it the largest of those from a sixteenth to a quarter of it.
  var order: [String] {
    let order = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard let largest = order.first?.value else { return [] }
    let starter = order.first {
      $0.value > 0 && $0.value * 4 <= largest && $0.value * 16 >= largest
    }
    let first = [starter?.key].compactMap { $0 }
    return first + order.map(\.key).filter { !first.contains($0) }
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
    return control.allSatisfy(isDone) && sizes.keys.allSatisfy(hasEnded)
  }

  func isDone(_ name: JobName) -> Bool { self[name]?.state == .done }

  // MARK: Handing out

  mutating func next(at now: Duration) -> [Job] {
    guard now >= heldUntil else { return [] }
    var begun: [Job] = []
    let control = [JobName.provisionAuth, .provisionCore, .identities].first { !isDone($0) }
    begun += begin([control].compactMap { $0.flatMap { self[$0] } }, now)
    guard isDone(.provisionAuth), isDone(.provisionCore) else { return begun }
    if isDone(.identities) { begun += begin(late(.roster), now) }
    begun += begin(order.filter { isCopyable($0, now) }.prefix(limits.engines).flatMap(open), now)
    begun += begin(late(.index), now)
    return begun
  }

  mutating func begin(_ candidates: [Entry], _ now: Duration) -> [Job] {
    var begun: [Job] = []
    for entry in candidates {
      let name = entry.job.name
      guard hasRoom(name.kind.lane), entry.state == .pending, entry.notBefore <= now else {
        continue
      }
      self[name]?.state = .running
      begun.append(entry.job)
    }
    return begun
  }

  /// The unfinished jobs of all engines whose first unfinished stage this is.
  func late(_ kind: JobKind) -> [Entry] {
    order.filter { !hasEnded($0) }.flatMap(open).filter { $0.job.name.kind == kind }
  }

  func isCopyable(_ engine: String, _ now: Duration) -> Bool {
    guard !hasEnded(engine), let kind = open(engine).first?.job.name.kind else { return false }
    return (kind == .space || kind == .memories) && !isResting(engine, now)
  }

  func nextWake(after now: Duration) -> Duration? {
    if heldUntil > now { return isComplete ? nil : heldUntil }
    return entries.filter { entry in
      entry.state == .pending && entry.notBefore > now
        && entry.job.name.engine.map { !ended.contains($0) } ?? true
    }.map(\.notBefore).min()
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
  }

  mutating func replace(with plan: MarkedPlan) {
    let before = self
    entries = []
    for job in plan.jobs {
      let old = before[job.name]
      let state = old?.state == .running ? .running : plan.state(of: job)
      entries.append(
        Entry(
          job: job, state: state, failures: old?.failures ?? 0, notBefore: old?.notBefore ?? .zero))
    }
  }
}
