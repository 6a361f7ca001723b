import Foundation
import GRDB
import JobModel
import Testing

@testable import Ledger

/// A folder of one test, gone with it, and the clock that its ledgers go by.
final class Scratch: Sendable {
  let folder: URL
  let clock = TestClock()
  var path: String { folder.appending(path: "run.ledger").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func create() throws -> Ledger {
    try Ledger.create(LedgerLock(path: path), run: .sample, now: clock.now)
  }

  func open() throws -> Ledger { try Ledger.open(LedgerLock(path: path), now: clock.now) }

  func openReadOnly() throws -> Ledger { try Ledger.openReadOnly(at: path, now: clock.now) }

  /// A ledger with the engine `acme` and its five jobs.
  func createPlanned() async throws -> Ledger {
    let ledger = try create()
    try await ledger.saveEngines([.acme])
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    return ledger
  }

  /// The file as any other program sees it.
  func other<T>(_ body: (Database) throws -> T) throws -> T {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.writeWithoutTransaction(body)
  }
}

/// Time that passes only when told to.
final class TestClock: @unchecked Sendable {
  // Guarded by `lock`.
  private var time = Date(microseconds: 1_760_000_000_123_456)
  private let lock = NSLock()

  var now: @Sendable () -> Date {
    { [self] in lock.withLock { time } }
  }

  func advance(seconds: Double) { lock.withLock { time += seconds } }
}

extension NewRun {
  static let sample = NewRun(
    id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)), toolVersion: "1.0.0",
    packHash: "sha256:abc", resultSettings: #"{"chunkBytes":8388608}"#,
    tuningSettings: #"{"workers":4}"#)
}

extension EngineRecord {
  static let acme = EngineRecord(
    slug: "acme", id: UUID(), name: "Acme \"& Sons\"", language: "english", dimensions: 1_536,
    expectedRows: 30, expectedBytes: 3_000)
}

extension Job {
  static let middle = UUID()
  static let acme = [
    Job(name: .space(engine: "acme"), generation: 1),
    chunk(0, IDRange(lo: nil, hi: middle)),
    chunk(1, IDRange(lo: middle, hi: nil)),
    Job(name: .index(engine: "acme", name: "i"), generation: 1, expectedBytes: 500),
    Job(name: .roster(engine: "acme"), generation: 1),
  ]

  static func chunk(_ number: Int, _ range: IDRange, generation: Int = 1) -> Job {
    Job(
      name: .memories(engine: "acme", number: number), generation: generation, range: range,
      expectedRows: 10, expectedBytes: 1_000)
  }

  var mark: Mark { Mark(name: name, generation: generation, range: range, rows: 9) }
}

extension JobName {
  static let chunk0 = JobName.memories(engine: "acme", number: 0)
  static let chunk1 = JobName.memories(engine: "acme", number: 1)
  static let acmeRoster = JobName.roster(engine: "acme")
}

extension Ledger {
  func state(_ job: JobName) async throws -> JobState? {
    try await jobs().first { $0.job.name == job }?.state
  }

  func engine(_ slug: String = "acme") async throws -> EngineRecord? {
    try await engines().first { $0.slug == slug }
  }

  /// Runs and ends one job.
  func complete(_ job: JobName, rows: Int = 0, bytes: Int = 0) async throws {
    try await markRunning(job, lane: "copy 0")
    try await markDone(job, rows: rows, bytes: bytes)
  }
}

/// Expects `body` to throw a `LedgerError` of this code, and returns it.
@discardableResult
func expectError(
  _ code: LedgerError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async -> LedgerError? {
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as LedgerError {
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    return error
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
  return nil
}
