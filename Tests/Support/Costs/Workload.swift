import Foundation
import JobModel
import Ledger
import Runs
import Scheduling

/// Something whose cost must grow with its size and no faster.
enum Workload: String, CaseIterable {
  case chunks, engines, rejected

  /// The size at which it is measured, and at twice of which.
  var size: Int {
    switch self {
    case .chunks: 50_000
    case .engines: 20_000
    case .rejected: 200_000
    }
  }

  var title: String {
    switch self {
    case .chunks: "a schedule of chunks of one engine"
    case .engines: "a ledger of engines with eight jobs each"
    case .rejected: "rows set aside, of 1 kB each"
    }
  }

  func run(size: Int) async throws -> [Measurement] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "costs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "run.ledger").path
    switch self {
    case .chunks: return try await runChunks(size)
    case .engines: return try await runEngines(size, path)
    case .rejected: return try await runRejected(size, path)
    }
  }
}

// MARK: - What is measured

extension Workload {
  private func runChunks(_ count: Int) async throws -> [Measurement] {
    var schedule = Schedule(
      limits: LaneLimits(engines: 8, streams: 8, indexBuilds: 4), engineBytes: ["engine": count])
    for name in [JobName.provisionAuth, .provisionCore, .identities, .space(engine: "engine")] {
      schedule.set(Job(name: name, generation: 1), .done)
    }
    for number in 0..<count {
      let name = JobName.memories(engine: "engine", number: number)
      let bytes = number * 7_919 % 8_388_608
      schedule.set(Job(name: name, generation: 1, expectedBytes: bytes), .pending)
    }
    return [
      try await .of("every chunk handed out, tried twice, taken back") { schedule.runAll() }
    ]
  }

  private func runEngines(_ count: Int, _ path: String) async throws -> [Measurement] {
    let ledger = try Ledger.create(LedgerLock(path: path), run: .sample)
    let slugs = (0..<count).map { "engine\($0)" }
    try await ledger.saveEngines(
      slugs.map { EngineRecord(slug: $0, id: UUID(), name: $0, expectedRows: 9, expectedBytes: 9) })
    let base = slugs.flatMap { BasePlan.jobs(of: $0, generation: 1) }
    let plan = slugs.flatMap(jobs)
    let marks = plan.map { Mark(name: $0.name, generation: 1, range: $0.range, rows: 9) }
    return [
      try await .of("plan: space and roster of each engine") {
        try await ledger.replacePlans(of: slugs, jobs: base)
      },
      try await .of("plan: the jobs of each engine, of 1,000 one by one") {
        for slug in slugs.prefix(1_000) {
          try await ledger.replacePlan(engine: slug, jobs: jobs(of: slug))
        }
      },
      try await .of("reconcile: with the plan of the target") {
        _ = try await ledger.reconcile(with: [], plan: plan)
      },
      try await .of("snapshot: nothing done") { _ = try await ledger.snapshot() },
      try await .of("reconcile: all marks found") {
        _ = try await ledger.reconcile(with: marks, plan: plan)
      },
      try await .of("snapshot: all done") { _ = try await ledger.snapshot() },
    ]
  }

  private func jobs(of slug: String) -> [Job] {
    BasePlan.jobs(of: slug, generation: 1)
      + (0..<4).map { Job(name: .memories(engine: slug, number: $0), generation: 1) }
      + ["a", "b"].map { Job(name: .index(engine: slug, name: $0), generation: 1) }
  }

  private func runRejected(_ count: Int, _ path: String) async throws -> [Measurement] {
    let ledger = try Ledger.create(LedgerLock(path: path), run: .sample)
    let json = "{\"content\":\"\(String(repeating: "x", count: 1_000))\"}"
    return [
      try await .of("written, 1,000 at a time") {
        for begin in stride(from: 0, to: count, by: 1_000) {
          try await ledger.recordRejectedRows(
            (begin..<min(begin + 1_000, count)).map { _ in
              RejectedRow(engine: "engine", id: UUID(), constraint: "c", json: json)
            })
        }
      },
      try await .of("counted in a snapshot") { _ = try await ledger.snapshot() },
      try await .of("exported") { try await RejectedRowExport(ledger: ledger).write() },
    ]
  }
}

extension Schedule {
  /// Lets every job fail once and rest for a moment, and then commit.
  fileprivate mutating func runAll() {
    var now = Duration.zero
    var hasFailed: Set<JobName> = []
    var running = next(at: now)
    while let job = running.popLast() {
      if hasFailed.insert(job.name).inserted {
        _ = retry(job.name)
        rest(job.name, until: now + .milliseconds(250))
      } else {
        committed(job.name)
      }
      now += .milliseconds(1)
      running += next(at: now)
      if running.isEmpty, let wake = nextWake(after: now) {
        now = wake
        running = next(at: now)
      }
    }
    precondition(isComplete || hasFailed.count > 0 && runningCount == 0)
  }
}

extension NewRun {
  fileprivate static let sample = NewRun(
    id: UUID(), toolVersion: "0", packHash: "0", resultSettings: "{}", tuningSettings: "{}")
}
