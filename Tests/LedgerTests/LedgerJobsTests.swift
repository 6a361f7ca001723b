import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerJobsTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try await scratch.createPlanned()
  }

  private func record(_ name: JobName) async throws -> JobRecord {
    try #require(try await ledger.jobs(engine: "acme").first { $0.job.name == name })
  }

  @Test func jobGoesItsWay() async throws {
    let begin = scratch.clock.now()
    try await ledger.markRunning(.chunk0, lane: "copy 2")
    var record = try await record(.chunk0)
    #expect(record.job == Job.acme[1])
    #expect(record.state == .running)
    #expect(record.attempts == 1)
    #expect(record.lane == "copy 2")
    #expect(record.startedAt == begin)
    #expect(record.finishedAt == nil)
    #expect(try await ledger.engine()?.state == .running)

    scratch.clock.advance(seconds: 2)
    try await ledger.markDone(.chunk0, rows: 11, bytes: 1_100)
    record = try await self.record(.chunk0)
    #expect(record.state == .done)
    #expect(record.rows == 11)
    #expect(record.bytes == 1_100)
    #expect(record.finishedAt == begin + 2)
    let event = try #require(try await ledger.events().last)
    #expect(event.kind == .committed)
    #expect(event.job == .chunk0)
    #expect(event.engine == "acme")
    #expect(event.generation == 1)
    #expect(event.rows == 11)
    #expect(event.bytes == 1_100)
    #expect(event.at == begin + 2)
  }

  @Test func retryKeepsTheErrorAndCountsTheAttempt() async throws {
    let failure = RecordedFailure(
      sqlState: "40P01", message: "deadlock detected", hint: "none needed")
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markPending(.chunk0, after: failure)
    #expect(try await record(.chunk0).state == .pending)
    try await ledger.complete(.chunk0, rows: 1)
    let record = try await record(.chunk0)
    #expect(record.attempts == 2)
    #expect(record.failure == failure)
    #expect(
      try await ledger.events().compactMap { $0.job == .chunk0 ? $0.kind : nil }
        == [.started, .retried, .started, .committed])
  }

  @Test func shutdownIsNoFailure() async throws {
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markPending(.chunk0, after: nil)
    #expect(try await record(.chunk0).failure == nil)
    #expect(try await ledger.events().last?.kind == .abandoned)
  }

  @Test func engineIsDoneWithItsLastJobAndNotWithoutItsRoster() async throws {
    try await ledger.replacePlan(engine: "acme", jobs: Array(Job.acme.prefix(1)))
    try await ledger.complete(.space(engine: "acme"))
    #expect(try await ledger.engine()?.state == .running)
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    for job in Job.acme.dropFirst() {
      #expect(try await ledger.engine()?.state == .running)
      try await ledger.complete(job.name)
    }
    #expect(try await ledger.engine()?.state == .done)
  }

  @Test func firstFailureIsTheEnginesReasonAndResumeTriesAgain() async throws {
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markRunning(.chunk1, lane: "copy 1")
    try await ledger.markFailed(.chunk0, RecordedFailure(sqlState: "23514", message: "first"))
    try await ledger.markFailed(.chunk1, RecordedFailure(message: "second"))
    #expect(try await ledger.engine()?.state == .failed)
    #expect(try await ledger.engine()?.reason == "first")
    #expect(try await record(.chunk0).failure?.sqlState == "23514")

    try await ledger.retryFailed(engines: true)
    #expect(try await ledger.engine()?.state == .pending)
    #expect(try await ledger.engine()?.reason == nil)
    #expect(try await ledger.jobs().allSatisfy { $0.state == .pending })
  }

  @Test func driftIsTold() async throws {
    try await ledger.markRunning(.acmeRoster, lane: "copy 0")
    try await ledger.markFailed(
      .acmeRoster, RecordedFailure(message: "memory moves"), engineBecomes: .drifted)
    #expect(try await ledger.engine()?.state == .drifted)
    #expect(try await ledger.events().last?.kind == .drifted)
    try await ledger.retryFailed(engines: true)
    #expect(try await ledger.engine()?.state == .pending)
  }

  @Test func failureOfTheControlPlaneTouchesNoEngine() async throws {
    try await ledger.replacePlan(engine: nil, jobs: [Job(name: .identities, generation: 1)])
    try await ledger.markRunning(.identities, lane: "control")
    try await ledger.markFailed(.identities, RecordedFailure(message: "x"))
    #expect(try await ledger.engine()?.state == .pending)
  }

  @Test func changeThatIsNotAllowedLeavesNothingBehind() async throws {
    let events = try await ledger.events()
    let error = await expectError(.refusedChange) {
      try await ledger.markFailed(.chunk0, RecordedFailure(message: "x"))
    }
    #expect(error?.message.contains("acme/memories/0") == true)
    #expect(error?.fate == .stopRun)
    await expectError(.refusedChange) { try await ledger.markPending(.chunk0, after: nil) }
    await expectError(.refusedChange) {
      try await ledger.markRunning(.memories(engine: "acme", number: 9), lane: "copy 0")
    }
    try await ledger.complete(.chunk1)
    await expectError(.refusedChange) { try await ledger.markRunning(.chunk1, lane: "copy 0") }
    await expectError(.refusedChange) { try await ledger.markDone(.chunk1, rows: 1, bytes: 1) }
    #expect(try await ledger.events().count == events.count + 2)
    #expect(try await record(.chunk0).attempts == 0)
  }

  @Test func progressLivesOnlyWhileTheJobRuns() async throws {
    let index = JobName.index(engine: "acme", name: "i")
    let building = JobProgress(rows: 5, bytes: 7, phase: "building index", percent: 12.5)
    try await ledger.markRunning(index, lane: "index 0")
    try await ledger.recordProgress([index: JobProgress(rows: 1, bytes: 2)])
    // Of a job that does not run, and one that is not there: passed over.
    try await ledger.recordProgress([
      index: building, .chunk0: building, .space(engine: "none"): building,
    ])
    #expect(try await record(index).progress == building)
    #expect(try await record(.chunk0).progress == nil)
    try await ledger.markDone(index, rows: 0, bytes: 0)
    #expect(try await record(index).progress == nil)
  }

  @Test func cancelledTaskStillWrites() async throws {
    let ledger = ledger
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await ledger.markRunning(.chunk0, lane: "copy 0")
      try await ledger.markDone(.chunk0, rows: 3, bytes: 30)
      return try await ledger.state(.chunk0)
    }
    #expect(try await task.value == .done)
  }
}
