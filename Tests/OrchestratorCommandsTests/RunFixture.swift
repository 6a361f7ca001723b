import Foundation
import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

/// A run in a ledger of its own folder, gone with the test, by a clock that the test moves.
final class RunFixture: Sendable {
  let folder: URL
  let ledger: Ledger
  let clock = TestClock()
  var path: String { ledger.path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "status-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let id = try #require(UUID(uuidString: "01020304-0506-0708-090a-0b0c0d0e0f10"))
    ledger = try Ledger.create(
      LedgerLock(path: folder.appending(path: "run.ledger").path),
      run: NewRun(
        id: id, toolVersion: "1.2.3", packHash: "p", resultSettings: "{}", tuningSettings: "{}"),
      now: clock.now)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Engines with their whole plan each, in one go, and the run at work. A chunk has 1,000 rows and
  /// 1 MB; an index weighs as much as all of its engine's chunks.
  func plan(_ engines: [TestEngine]) async throws {
    try await ledger.saveEngines(engines.map(\.record))
    _ = try await ledger.reconcile(
      with: [], plan: TestEngine.controlPlane + engines.flatMap(\.jobs))
    try await ledger.setRunState(.running)
  }

  /// Time passes in which a process is at work.
  func pass(seconds: Double) async throws {
    clock.advance(seconds: seconds)
    try await ledger.recordProgress([:])
  }

  /// Runs and ends one job, which takes `seconds`.
  func complete(
    _ job: JobName, seconds: Double = 0, rows: Int = 0, bytes: Int = 0
  ) async throws {
    try await ledger.markRunning(job, lane: "lane 0")
    try await pass(seconds: seconds)
    try await ledger.markDone(job, rows: rows, bytes: bytes)
  }

  /// Every job of one engine.
  func completeAll(_ engine: TestEngine) async throws {
    for job in engine.jobs {
      try await complete(job.name, rows: job.expectedRows, bytes: job.expectedBytes)
    }
  }

  /// This process holds the ledger's lock meanwhile.
  func whileAtWork<Value>(_ body: () async throws -> Value) async throws -> Value {
    let lock = try LedgerLock(path: path)
    defer { withExtendedLifetime(lock) {} }
    return try await body()
  }

  func report() async throws -> StatusReport { try await StatusReport.read(ledger) }

  func lines(_ options: StatusReport.TextOptions = .init()) async throws -> [String] {
    try await report().lines(options).map(\.plain)
  }
}

/// An engine of `chunks` chunks and one index.
struct TestEngine {
  var slug: String
  var name = "Some name"
  var chunks = 2
  var state = EngineState.pending
  var reason: String?
  /// Its space is not there yet: no chunk is in the plan.
  var isUnplanned = false

  var record: EngineRecord {
    EngineRecord(
      slug: slug, id: UUID(), name: name, language: "english", dimensions: 3, state: state,
      reason: reason, expectedRows: chunks * 1_000, expectedBytes: chunks * 1_000_000)
  }

  var jobs: [Job] {
    if state == .skipped { return [] }
    let ends = (1..<max(1, chunks)).map { _ in UUID() }
    let bounds = [nil] + ends.map { Optional($0) } + [nil]
    let copies = (0..<chunks).map { number in
      Job(
        name: chunk(number), generation: 1,
        range: IDRange(lo: bounds[number], hi: bounds[number + 1]), expectedRows: 1_000,
        expectedBytes: 1_000_000)
    }
    let build = Job(
      name: index, generation: 1, expectedRows: chunks * 1_000, expectedBytes: chunks * 1_000_000)
    return [Job(name: .space(engine: slug), generation: 1)]
      + (isUnplanned ? [] : copies + [build]) + [Job(name: roster, generation: 1)]
  }

  func chunk(_ number: Int) -> JobName { .memories(engine: slug, number: number) }
  var space: JobName { .space(engine: slug) }
  var index: JobName { .index(engine: slug, name: "memory_embedding_idx") }
  var roster: JobName { .roster(engine: slug) }

  static let controlPlane = [JobName.provisionAuth, .provisionCore, .identities].map {
    Job(name: $0, generation: 1)
  }
}

/// Time that passes only when told to.
final class TestClock: @unchecked Sendable {
  // Guarded by `lock`.
  private var time = Date(timeIntervalSince1970: 1_760_000_000)
  private let lock = NSLock()

  var now: @Sendable () -> Date {
    { [self] in lock.withLock { time } }
  }

  func advance(seconds: Double) { lock.withLock { time += seconds } }
}
