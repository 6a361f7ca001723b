import Foundation
import JobModel
import Testing

@testable import Ledger

@Suite struct LedgerPlanTests {
  let scratch: Scratch
  let ledger: Ledger

  init() async throws {
    scratch = try Scratch()
    ledger = try await scratch.createPlanned()
  }

  @Test func enginesAreReadBack() async throws {
    let skipped = EngineRecord(
      slug: "007", id: nil, name: "007", state: .skipped, reason: "no such engine")
    try await ledger.saveEngines([skipped, .acme])
    try await ledger.saveEngines([skipped])
    #expect(try await ledger.engines() == [skipped, .acme])
    // Once only.
    #expect(try await ledger.events().filter { $0.kind == .skipped }.map(\.engine) == ["007"])

    var found = skipped
    (found.id, found.state, found.reason) = (UUID(), .pending, nil)
    try await ledger.saveEngines([found])
    #expect(try await ledger.engine("007") == found)
  }

  @Test func skippedEngineNeedsAReason() async throws {
    var engine = EngineRecord.acme
    engine.slug = "other"
    engine.state = .skipped
    await expectError(.refusedChange) { try await ledger.saveEngines([engine]) }
  }

  @Test func samePlanKeepsWhatIsDone() async throws {
    try await ledger.complete(.chunk0, rows: 5)
    try await ledger.replacePlan(engine: "acme", jobs: Job.acme)
    #expect(try await ledger.state(.chunk0) == .done)
    #expect(try await ledger.jobs().map(\.job) == Job.acme)
    #expect(try await ledger.events().filter { $0.kind == .planned }.count == 1)
  }

  @Test func otherChunksBeginAnewAndTheLogSaysSo() async throws {
    try await ledger.complete(.chunk0, rows: 5)
    try await ledger.complete(.space(engine: "acme"))
    let jobs = Job.acme.filter { $0.name != .chunk1 }
      .map { $0.name == .chunk0 ? Job.chunk(0, .all) : $0 }
    try await ledger.replacePlan(engine: "acme", jobs: jobs)
    #expect(try await ledger.jobs().map(\.job) == jobs)
    let chunk = try #require(try await ledger.jobs().first { $0.job.name == .chunk0 })
    #expect(chunk.state == .pending)
    #expect(chunk.rows == 0)
    #expect(chunk.attempts == 0)
    #expect(try await ledger.state(.space(engine: "acme")) == .done)
    try await ledger.complete(.chunk0)
    #expect(try await ledger.jobsCopiedAgain() == [])
  }

  @Test func planOfOneEngineLeavesTheOthersAlone() async throws {
    try await ledger.replacePlan(engine: nil, jobs: [Job(name: .identities, generation: 1)])
    try await ledger.replacePlan(engine: "acme", jobs: [])
    #expect(try await ledger.jobs().map(\.job.name) == [.identities])
    try await ledger.replacePlan(engine: nil, jobs: [])
    #expect(try await ledger.jobs() == [])
  }

  @Test func manyEnginesArePlannedTogetherOrNotAtAll() async throws {
    try await ledger.saveEngines([EngineRecord(slug: "other", id: UUID(), name: "n")])
    let plan = ["acme", "other"].flatMap { slug in
      [
        Job(name: .space(engine: slug), generation: 2),
        Job(name: .roster(engine: slug), generation: 2),
      ]
    }
    let control = [Job(name: .identities, generation: 1)]
    await expectError(.refusedChange) {
      try await ledger.replacePlans(
        of: ["acme", "nobody"], jobs: [Job(name: .space(engine: "nobody"), generation: 1)])
    }
    #expect(try await ledger.jobs(engine: "acme").map(\.job) == Job.acme)
    try await ledger.replacePlans(of: [nil, "acme", "other"], jobs: control + plan)
    #expect(Set(try await ledger.jobs().map(\.job)) == Set(control + plan))
    #expect(
      try await ledger.events().filter { $0.kind == .planned }.map(\.engine)
        == ["acme", nil, "acme", "other"])
  }

  @Test func planOfAnEngineThatIsNotWrittenDownIsRefused() async throws {
    await expectError(.refusedChange) {
      try await ledger.replacePlan(
        engine: "other", jobs: [Job(name: .space(engine: "other"), generation: 1)])
    }
  }

  @Test func resetForgetsWhatTheJobsFoundOutAndKeepsTheLog() async throws {
    for job in Job.acme { try await ledger.complete(job.name, rows: 1) }
    #expect(try await ledger.engine()?.state == .done)
    let mine = MigrationWarning(rule: "R5", engine: "acme", row: "1", message: "m")
    let other = MigrationWarning(rule: "R5", engine: nil, row: "1", message: "m")
    try await ledger.recordWarnings([mine, other])
    try await ledger.recordFacts([
      Fact(engine: "acme", kind: .index, key: "1", job: .acmeRoster, json: "1"),
      Fact(engine: nil, kind: .index, key: "1", job: .identities, json: "1"),
    ])
    try await ledger.recordRejectedRows([
      RejectedRow(engine: "acme", id: UUID(), constraint: "c", json: "{}")
    ])
    let log = try await ledger.events()

    let next = Job.acme.map { job in
      var job = job
      job.generation = 2
      return job
    }
    try await ledger.recordReset(engine: "acme", jobs: next)
    #expect(try await ledger.engine()?.state == .pending)
    #expect(try await ledger.jobs().map(\.job) == next)
    #expect(try await ledger.jobs().allSatisfy { $0.state == .pending && $0.attempts == 0 })
    #expect(try await ledger.warnings() == [other])
    #expect(try await ledger.facts().map(\.job) == [.identities])
    #expect(try await ledger.rejectedRows() == [])
    #expect(try await Array(ledger.events().prefix(log.count)) == log)
    try await ledger.complete(.chunk0)
    #expect(try await ledger.jobsCopiedAgain() == [])
  }
}
