import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

/// A chunk costs 10 s and an index of two chunks 40 s, in one lane.
@Suite struct TimeEstimateTests {
  private let acme = TestEngine(slug: "acme")
  private let globex = TestEngine(slug: "globex")

  private func timeLeft(_ run: RunFixture) async throws -> Double? {
    seconds(TimeEstimate.timeLeft(try await run.ledger.snapshot()))
  }

  /// To the millisecond.
  private func seconds(_ duration: Duration?) -> Double? {
    duration.map { ($0 / .milliseconds(1)).rounded() / 1_000 }
  }

  /// A space brings the rest of its engine's plan.
  private func begin(_ engines: [TestEngine], _ run: RunFixture) async throws {
    try await run.plan(engines)
    for engine in engines where !engine.isUnplanned { try await run.complete(engine.space) }
  }

  private func copy(_ engine: TestEngine, _ run: RunFixture) async throws {
    for number in 0..<2 {
      try await run.complete(engine.chunk(number), seconds: 10, rows: 1_000, bytes: 1_000_000)
    }
  }

  @Test func isUnknownUntilOneOfEachKindIsDone() async throws {
    let run = try RunFixture()
    try await begin([acme, globex], run)
    #expect(try await timeLeft(run) == nil)
    try await copy(acme, run)
    #expect(try await timeLeft(run) == nil)
    try await run.complete(acme.index, seconds: 40)
    #expect(try await timeLeft(run) == 60)
  }

  @Test func runningJobsHavePaidSomeOfTheirCost() async throws {
    let run = try RunFixture()
    try await begin([acme, globex], run)
    try await copy(acme, run)
    try await run.complete(acme.index, seconds: 40)
    try await run.ledger.markRunning(globex.chunk(0), lane: "copy 0")
    try await run.pass(seconds: 4)
    #expect(try await timeLeft(run) == 56)
    // It takes longer than it should: it cannot pay for others.
    try await run.pass(seconds: 26)
    #expect(try await timeLeft(run) == 50)
  }

  @Test func lanesShareTheWorkButTheLongestJobHasToEnd() async throws {
    let run = try RunFixture()
    try await begin([acme, globex], run)
    try await copy(acme, run)
    // Two lanes for 20 s, after one lane for 20 s.
    try await run.ledger.markRunning(acme.index, lane: "build 0")
    try await copy(globex, run)
    try await run.pass(seconds: 20)
    try await run.ledger.markDone(acme.index, rows: 0, bytes: 0)
    #expect(try await timeLeft(run) == 30)
    try await run.ledger.markRunning(globex.index, lane: "build 0")
    try await run.pass(seconds: 10)
    #expect(try await timeLeft(run) == 30)
  }

  @Test func enginesWithoutAPlanCountByTheirEstimate() async throws {
    let run = try RunFixture()
    let later = TestEngine(slug: "later", isUnplanned: true)
    try await begin([acme, later], run)
    try await copy(acme, run)
    try await run.complete(acme.index, seconds: 40)
    #expect(try await timeLeft(run) == 60)
  }

  @Test func enginesThatGaveUpAreNotWaitedFor() async throws {
    let run = try RunFixture()
    try await begin([acme, globex], run)
    try await copy(acme, run)
    try await run.complete(acme.index, seconds: 40)
    try await run.ledger.markRunning(globex.chunk(0), lane: "copy 0")
    try await run.ledger.markFailed(globex.chunk(0), RecordedFailure(message: "no"))
    #expect(try await timeLeft(run) == 0)
  }

  @Test func nobodyAtWorkMeansNoTimeLeft() async throws {
    let run = try RunFixture()
    try await begin([acme, globex], run)
    try await copy(acme, run)
    try await run.complete(acme.index, seconds: 40)
    #expect(try await run.report().timeLeft == nil)
    let atWork = try await run.whileAtWork { try await run.report() }
    #expect(seconds(atWork.timeLeft) == 60)
    try await run.ledger.setRunState(.interrupted)
    #expect(try await timeLeft(run) == nil)
  }

  @Test func aRebuiltLedgerKnowsNoCosts() async throws {
    let run = try RunFixture()
    let marks = acme.jobs
    try await run.ledger.saveEngines([acme.record, globex.record])
    _ = try await run.ledger.reconcile(
      with: marks.map { Mark(name: $0.name, generation: 1, range: $0.range, rows: 0) },
      plan: marks + globex.jobs)
    try await run.ledger.setRunState(.running)
    try await run.pass(seconds: 10)
    #expect(try await timeLeft(run) == nil)
  }
}
