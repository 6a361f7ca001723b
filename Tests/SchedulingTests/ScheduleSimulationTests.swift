import Foundation
import JobModel
import Testing

@testable import Scheduling

/// Runs of production's shape on a simulated link and simulated build lanes: no clock, no server.
@Suite("Schedule: the link and the builds at once")
struct ScheduleSimulationTests {
  /// The seconds that the link needs for all rows, and how much longer than its lower bound, which no order
  /// may reach, the run takes. On the slowest link, lanes wait for the largest engines to be copied.
  @Test(arguments: [(wire: 8.0, most: 1.1), (21, 1.2), (60, 1.35)])
  func takesLittleMoreThanItsLowerBound(wire: Double, most: Double) throws {
    let run = try SimulatedRun(rows: SimulatedRun.production, wireSeconds: wire).finished()
    #expect(run.seconds < most * run.lowerBound)
  }

  @Test func equalEnginesTakeLittleMoreThanTheirLowerBound() throws {
    let rows = [Int](repeating: 1_000, count: 40)
    let run = try SimulatedRun(rows: rows, wireSeconds: 30).finished()
    #expect(run.seconds < 1.1 * run.lowerBound)
  }

  @Test func largeEnginesAreNotWaitedForByTheRest() throws {
    let run = try SimulatedRun(rows: [30_000, 30_000, 1_000, 1_000], wireSeconds: 10).finished()
    #expect(run.seconds < 1.15 * run.lowerBound)
  }
}

/// Lets a schedule's jobs take the time that they would take if they had the link, or a lane, for
/// themselves; chunks that are copied at the same time share the link.
struct SimulatedRun {
  /// Production's shape, 62,111 rows: a third in one engine, and the others thin out.
  static let production =
    [
      20_862, 12_432, 5_603, 3_514, 2_525, 1_953, 1_584, 1_326, 1_138, 994, 880, 788, 714, 651, 598,
      552,
    ]
    + [513, 478, 447, 421, 397, 375, 355, 338, 322, 306, 294, 281, 269, 259, 248, 240, 231, 223]

  private static let limits = LaneLimits(engines: 8, streams: 4, indexBuilds: 2)
  private static let chunkRows = 1_000
  /// A provisioning, an identities job, a space, a roster.
  private static let controlSeconds = 0.3
  /// All of a run's builds together, in one lane.
  private static let buildSeconds = 100.0

  private var schedule: Schedule
  private let rows: [String: Int]
  private let secondsPerRow: Double
  private let secondsPerWeight: Double
  /// The jobs at work, and the seconds that each still needs for itself.
  private var left: [JobName: Double] = [:]
  /// Jobs that could begin: planned chunks, and builds of engines whose chunks are over.
  private var waiting: Set<JobName> = []
  private var chunksLeft: [String: Int] = [:]
  private(set) var seconds = 0.0

  init(rows: [Int], wireSeconds: Double) {
    self.rows = Dictionary(
      uniqueKeysWithValues: rows.enumerated().map { ("e\($0.offset)", $0.element) })
    secondsPerRow = wireSeconds / Double(rows.reduce(0, +))
    secondsPerWeight = Self.buildSeconds / rows.map(Self.weight).reduce(0, +)
    schedule = Schedule(limits: Self.limits, engineBytes: self.rows)
    let names =
      ["provision/auth", "provision/core", "identities"]
      + rows.indices.flatMap { ["e\($0)/space", "e\($0)/roster"] }
    for name in names { schedule.set(jobNamed(name), .pending) }
  }

  /// An HNSW build costs more than its rows.
  private static func weight(_ rows: Int) -> Double { Double(rows) * log2(Double(rows)) }

  /// Neither the wire nor the lanes nor the largest engine allow less.
  var lowerBound: Double {
    let wire = secondsPerRow * Double(rows.values.reduce(0, +))
    let engines = rows.values.map {
      secondsPerRow * Double($0) + secondsPerWeight * Self.weight($0)
    }
    let lanes = Self.buildSeconds / Double(Self.limits.indexBuilds)
    return max(wire, lanes, engines.max() ?? 0)
  }

  /// Runs everything, and expects that neither the link nor a lane is idle while there is work for it.
  func finished() throws -> SimulatedRun {
    var run = self
    while true {
      for job in run.schedule.next(at: .seconds(run.seconds)) {
        run.left[job.name] = run.cost(job)
        run.waiting.remove(job.name)
      }
      try run.requireNoIdleLane()
      guard let soonest = run.left.map({ $0.value / run.speed($0.key) }).min() else { break }
      run.pass(soonest)
    }
    try #require(run.schedule.isComplete)
    return run
  }

  private func cost(_ job: Job) -> Double {
    switch job.name.kind {
    case .memories: secondsPerRow * Double(job.expectedRows)
    case .index: secondsPerWeight * Self.weight(job.expectedRows)
    case .provision, .identities, .space, .catchUp, .roster: Self.controlSeconds
    }
  }

  private func atWork(_ kind: JobKind) -> Int { left.keys.count { $0.kind == kind } }

  private func speed(_ name: JobName) -> Double {
    name.kind == .memories ? 1 / Double(atWork(.memories)) : 1
  }

  private mutating func pass(_ duration: Double) {
    seconds += duration
    for (name, speed) in left.keys.map({ ($0, speed($0)) }) {
      left[name, default: 0] -= duration * speed
    }
    for name in left.filter({ $0.value < 1e-9 }).keys.sorted(by: { "\($0)" < "\($1)" }) {
      left[name] = nil
      schedule.committed(name)
      switch name {
      case .space(let engine): plan(engine)
      case .memories(let engine, _):
        chunksLeft[engine, default: 0] -= 1
        if chunksLeft[engine] == 0 { waiting.insert(.index(engine: engine, name: "hnsw")) }
      default: break
      }
    }
  }

  private mutating func plan(_ engine: String) {
    let rows = rows[engine] ?? 0
    for (number, first) in stride(from: 0, to: rows, by: Self.chunkRows).enumerated() {
      let count = min(Self.chunkRows, rows - first)
      let name = JobName.memories(engine: engine, number: number)
      schedule.set(
        Job(name: name, generation: 1, expectedRows: count, expectedBytes: count), .pending)
      waiting.insert(name)
      chunksLeft[engine, default: 0] += 1
    }
    schedule.set(
      Job(
        name: .index(engine: engine, name: "hnsw"), generation: 1, expectedRows: rows,
        expectedBytes: rows), .pending)
  }

  private func requireNoIdleLane() throws {
    if waiting.contains(where: { $0.kind == .index }) {
      try #require(atWork(.index) == Self.limits.indexBuilds, "a lane is idle at \(seconds) s")
    }
    if waiting.contains(where: { $0.kind == .memories }) {
      try #require(atWork(.memories) == Self.limits.streams, "the link is idle at \(seconds) s")
    }
  }
}
