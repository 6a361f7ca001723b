import JobModel

/// The counts of one engine's jobs, so that no decision has to visit all of them.
struct EngineJobs: Sendable {
  /// A job that may begin. The largest comes first; of equal ones the earliest added.
  struct Ready: Comparable, Sendable {
    var bytes: Int
    var number: Int
    var ticket: Int
    var name: JobName

    static func < (a: Ready, b: Ready) -> Bool {
      (b.bytes, a.number, a.ticket) < (a.bytes, b.number, b.ticket)
    }
  }

  /// The jobs of one kind that are not done.
  private struct Stage: Sendable {
    var open = 0
    var ready = 0
    var resting = 0
    /// May hold more jobs than `ready` counts, with outdated tickets.
    var queue = PriorityQueue<Ready>()
  }

  /// In the order of an engine's life: a chunk needs its space, an index every chunk, the roster all else.
  private static let order = [JobKind.space, .memories, .index, .roster]

  private var stages = [Stage](repeating: Stage(), count: order.count)
  private var running = 0

  /// The first kind that is not done. Only its jobs may begin. Nil if everything is done.
  var stage: JobKind? { current.map { Self.order[$0] } }

  private var current: Int? { stages.firstIndex { $0.open > 0 } }

  /// Whether all jobs that could begin rest, and none is at work.
  var isResting: Bool {
    guard running == 0, let current else { return false }
    return stages[current].ready == 0 && stages[current].resting > 0
  }

  /// Adds a job to the counts or, with -1, removes it.
  mutating func count(_ entry: Schedule.Entry, by step: Int) {
    let stage = Self.stage(of: entry.job.name)
    if entry.state != .done { stages[stage].open += step }
    if entry.state == .running { running += step }
    guard entry.state == .pending else { return }
    if entry.isResting { stages[stage].resting += step } else { stages[stage].ready += step }
  }

  mutating func enqueue(_ ready: Ready) {
    stages[Self.stage(of: ready.name)].queue.insert(ready)
  }

  /// Takes the next job of the stage; nil if it has none. The ticket tells whether the job still counts.
  mutating func popReady() -> Ready? {
    guard let current else { return nil }
    return stages[current].queue.popFirst()
  }

  private static func stage(of name: JobName) -> Int {
    switch name.kind {
    case .space: 0
    case .memories: 1
    case .index: 2
    case .roster: 3
    case .provision, .identities, .catchUp:
      preconditionFailure("\(name) is not scheduled by engine")
    }
  }
}
