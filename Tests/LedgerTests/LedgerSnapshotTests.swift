import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerSnapshotTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try scratch.create()
    try await ledger.saveEngines([
      .acme, EngineRecord(slug: "gone", id: nil, name: "gone", state: .skipped, reason: "deleted"),
    ])
  }

  @Test func engineWithoutAPlanShowsItsEstimate() async throws {
    let snapshot = try await ledger.snapshot()
    let acme = try #require(snapshot.engines.first)
    #expect(acme.engine == .acme)
    #expect(acme.phase == nil)
    #expect(acme.rowsTotal == 30)
    #expect(snapshot.rowsTotal == 30)
    #expect(snapshot.engineCount(.skipped) == 1)
    #expect(snapshot.bytesPerSecond == 0)
  }

  @Test func runInFlight() async throws {
    try await ledger.replacePlan(engine: nil, jobs: [Job(name: .identities, generation: 1)])
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    try await ledger.recordWarnings([
      MigrationWarning(rule: "R5", engine: "acme", row: nil, message: "m"),
      MigrationWarning(rule: "I5", engine: nil, row: nil, message: "m"),
    ])
    try await ledger.complete(.space(engine: "acme"))
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    let failure = RecordedFailure(sqlState: "08006", message: "cut")
    try await ledger.markPending(.chunk0, after: failure)
    scratch.clock.advance(seconds: 10)
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    scratch.clock.advance(seconds: 2)
    try await ledger.markDone(.chunk0, rows: 12, bytes: 1_200)
    try await ledger.markRunning(.chunk1, lane: "copy 1")
    try await ledger.recordProgress([.chunk1: JobProgress(rows: 4, bytes: 400)])

    let snapshot = try await ledger.snapshot(window: .seconds(4))
    let acme = try #require(snapshot.engines.first)
    #expect(acme.engine.state == .running)
    #expect(acme.phase == .memories)
    #expect(acme.rowsDone == 16)
    #expect(acme.rowsTotal == 22)
    #expect(acme.bytesDone == 1_600)
    #expect(acme.bytesTotal == 2_200)
    #expect(acme.jobsDone == 2)
    #expect(acme.jobsTotal == 5)
    #expect(acme.retries == 1)
    #expect(acme.warnings == 1)
    #expect(acme.lastFailure == failure)
    #expect(acme.running.map(\.lane) == ["copy 1"])
    // 1,200 and 400 within the two seconds since the first of them began.
    #expect(acme.bytesPerSecond == 800)
    #expect(snapshot.bytesPerSecond == 800)
    #expect(snapshot.warnings == 2)
    #expect(snapshot.controlPlane.map(\.job.name) == [.identities])
    let memories = KindTotals(
      jobs: 2, jobsDone: 1, jobsFailed: 0, expectedBytes: 2_000, expectedBytesDone: 1_000,
      spent: .seconds(2))
    #expect(snapshot.kinds[.memories] == memories)
    // Longer ago than the window, but for those in flight.
    scratch.clock.advance(seconds: 4)
    #expect(try await ledger.snapshot(window: .seconds(4)).bytesPerSecond == 100)
  }

  /// Chunks that take longer than the window do not come in lumps.
  @Test func theRateIsThatOfWhatFlows() async throws {
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    try await ledger.setRunState(.running)
    try await ledger.complete(.space(engine: "acme"))
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    for second in 1...50 {
      scratch.clock.advance(seconds: 1)
      try await ledger.recordProgress([.chunk0: JobProgress(rows: second, bytes: 1_000 * second)])
      let rate = try await ledger.snapshot().bytesPerSecond
      #expect(abs(rate - 1_000) < 1, "\(second)")
    }
    try await ledger.markDone(.chunk0, rows: 50, bytes: 50_000)
    #expect(try await ledger.snapshot().bytesPerSecond == 1_000)

    // Nothing flows any more, and what the run has done in its own time stays.
    try await ledger.setRunState(.interrupted)
    scratch.clock.advance(seconds: 3_600)
    let atRest = try await ledger.snapshot().atRest
    #expect(atRest.bytesPerSecond == 1_000)
    #expect(atRest.engines.map(\.bytesPerSecond) == [0, 0])
  }

  @Test func phaseFollowsTheJobs() async throws {
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    var phases: [JobKind?] = []
    for job in Job.acme {
      phases.append(try await ledger.snapshot().engines.first?.phase)
      try await ledger.complete(job.name, rows: 9)
    }
    phases.append(try await ledger.snapshot().engines.first?.phase)
    #expect(phases == [.space, .memories, .memories, .index, .roster, nil])
    let acme = try #require(try await ledger.snapshot().engines.first)
    #expect(acme.rowsDone == acme.rowsTotal)
  }
}
