import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

@Suite struct NextStepTests {
  private let acme = TestEngine(slug: "acme")

  private func next(_ run: RunFixture, ledger: String = "") async throws -> [String] {
    NextStep.sentences(try await run.report(), ledger: ledger)
  }

  @Test func afterACrashAndAnInterruption() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    #expect(
      try await next(run) == ["Its process ended without a word. Next: orchestrator resume"])
    #expect(try await run.whileAtWork { try await next(run) } == [])
    try await run.ledger.setRunState(.interrupted)
    #expect(
      try await next(run, ledger: " --ledger a") == ["Next: orchestrator resume --ledger a"])
  }

  @Test func afterFailures() async throws {
    let run = try RunFixture()
    let others = (0..<7).map { TestEngine(slug: "e\($0)") }
    try await run.plan(others)
    for engine in others {
      try await run.ledger.markRunning(engine.space, lane: "control 0")
      try await run.ledger.markFailed(engine.space, RecordedFailure(message: "no"))
    }
    try await run.ledger.setRunState(.failed)
    #expect(
      try await next(run) == [
        "Repair what is said above of e0, e1, e2, e3, e4 and 2 more, then: orchestrator resume",
        "Details: orchestrator status --engine e0",
      ])
  }

  @Test func afterTheEnd() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    for job in TestEngine.controlPlane { try await run.complete(job.name) }
    try await run.completeAll(acme)
    try await run.ledger.setRunState(.complete)
    #expect(
      try await next(run) == [
        "Every job is done. Next: orchestrator verify --deep"
      ])
    try await run.ledger.setRunState(.finishing)
    #expect(
      try await next(run) == [
        "It was being sealed when its process ended. Next: orchestrator finish"
      ])
    try await run.ledger.setRunState(.finished)
    #expect(try await next(run) == ["Finished and sealed."])
    let lines = try await run.lines()
    #expect(lines.contains { $0.contains("████████████████████ 100%  2,000 of 2,000 rows") })
    #expect(lines.contains { $0.contains("████████████████████ 100%  1 of 1 built") })
  }
}
