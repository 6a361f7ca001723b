import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerReconcileTests {
  let scratch: Scratch
  let ledger: Ledger
  let all = Job.acme.map(\.mark)

  init() async throws {
    scratch = try Scratch()
    ledger = try await scratch.createPlanned()
  }

  @Test func agreementChangesNothing() async throws {
    try await ledger.complete(.chunk0, rows: 9)
    let log = try await ledger.events()
    let result = try await ledger.reconcile(with: [Job.acme[1].mark], plan: Job.acme)
    var expected = ReconciledJobs()
    expected.jobs = [.done: 1, .pending: 4]
    #expect(result == expected)
    #expect(try await ledger.events() == log)
  }

  @Test func crashBetweenTheTwoCommitsIsMadeGood() async throws {
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markRunning(.chunk1, lane: "copy 1")
    let result = try await ledger.reconcile(with: [Job.acme[1].mark], plan: Job.acme)
    #expect(result.found == [.chunk0])
    #expect(result.abandoned == [.chunk1])
    #expect(result.jobs == [.done: 1, .pending: 4])
    let chunk = try #require(try await ledger.jobs().first { $0.job.name == .chunk0 })
    #expect(chunk.rows == 9)
    #expect(chunk.bytes == chunk.job.expectedBytes)
    #expect(try await ledger.engine()?.state == .running)
    #expect(try await ledger.events().suffix(2).map(\.kind) == [.found, .abandoned])
  }

  @Test func doneWithoutAMarkRunsAgain() async throws {
    for job in Job.acme { try await ledger.complete(job.name, rows: 9) }
    let result = try await ledger.reconcile(
      with: all.filter { $0.name != .chunk1 }, plan: Job.acme)
    #expect(result.lost == [.chunk1])
    #expect(try await ledger.state(.chunk1) == .pending)
    #expect(try await ledger.engine()?.state == .running)
    try await ledger.complete(.chunk1, rows: 9)
    #expect(try await ledger.engine()?.state == .done)
    #expect(try await ledger.jobsCopiedAgain() == [])
  }

  @Test func targetThatLostEverythingSetsTheEngineBack() async throws {
    for job in Job.acme { try await ledger.complete(job.name, rows: 9) }
    let result = try await ledger.reconcile(with: [], plan: Job.acme)
    #expect(result.lost.count == 5)
    #expect(try await ledger.engine()?.state == .pending)
  }

  @Test func markOfOtherWorkProvesNothing() async throws {
    try await ledger.complete(.chunk0, rows: 9)
    var old = Job.acme[1].mark
    old.generation = 0
    let unknown = Job.chunk(7, .all).mark
    let result = try await ledger.reconcile(with: [old, unknown], plan: Job.acme)
    #expect(result.lost == [.chunk0])
    #expect(try await ledger.state(.chunk0) == .pending)
  }

  @Test func planOfTheTargetReplacesOurs() async throws {
    try await ledger.complete(.chunk0, rows: 9)
    try await ledger.markRunning(.chunk1, lane: "copy 1")
    let plan = [Job.acme[0], Job.chunk(0, .all, generation: 2), Job.chunk(5, .all), Job.acme[4]]
    let result = try await ledger.reconcile(with: [plan[1].mark], plan: plan)
    #expect(result.added == [.memories(engine: "acme", number: 5)])
    #expect(result.replaced == [.chunk0])
    #expect(Set(result.removed) == [.chunk1, .index(engine: "acme", name: "i")])
    #expect(result.found == [.chunk0])
    #expect(Set(try await ledger.jobs().map(\.job)) == Set(plan))
  }

  @Test(arguments: [true, false])
  func aJobAtWorkGoesOnWhateverTheMarksSay(hasMark: Bool) async throws {
    let build = JobName.index(engine: "acme", name: "i")
    try await ledger.markRunning(build, lane: "build 0")
    let marks = Job.acme.map(\.mark).filter { $0.name != build || hasMark }
    let result = try await ledger.reconcile(with: marks, plan: Job.acme, beside: [build])
    #expect(!result.found.contains(build) && !result.abandoned.contains(build))
    #expect(try await ledger.state(build) == .running)
    try await ledger.markDone(build, rows: 0, bytes: 0)
    #expect(try await ledger.engine()?.state == .done)
  }

  @Test func failedJobStaysFailedUntilItsMarkIsThere() async throws {
    try await ledger.markRunning(.chunk0, lane: "copy 0")
    try await ledger.markFailed(.chunk0, RecordedFailure(message: "x"))
    _ = try await ledger.reconcile(with: [], plan: Job.acme)
    #expect(try await ledger.state(.chunk0) == .failed)
    #expect(try await ledger.engine()?.state == .failed)
    _ = try await ledger.reconcile(with: all, plan: Job.acme)
    #expect(try await ledger.state(.chunk0) == .done)
    #expect(try await ledger.engine()?.state == .done)
    #expect(try await ledger.engine()?.reason == nil)
  }

  @Test func lostLedgerIsRebuilt() async throws {
    let other = try Scratch()
    let rebuilt = try other.create()
    try await rebuilt.saveEngines([.acme])
    let plan = [Job(name: .identities, generation: 1)] + Job.acme
    let marks = plan.map(\.mark).filter { $0.name != .acmeRoster }
    let result = try await rebuilt.reconcile(with: marks, plan: plan)
    #expect(result.added.count == 6)
    #expect(result.found.count == 5)
    #expect(result.jobs == [.done: 5, .pending: 1])
    #expect(try await rebuilt.engine()?.state == .running)
    #expect(try await rebuilt.snapshot().rowsDone == 18)
  }
}
