import JobModel
import Ledger
import Testing

@testable import OrchestratorCommands

@Suite struct EngineReportTests {
  private let acme = TestEngine(slug: "acme", name: "Acme")

  @Test func itsJobsErrorsAndEvents() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(acme.space, seconds: 3)
    try await run.ledger.markRunning(acme.chunk(0), lane: "copy 0")
    try await run.ledger.markPending(
      acme.chunk(0), after: RecordedFailure(message: "connection lost"))
    try await run.complete(acme.chunk(0), seconds: 61, rows: 1_000, bytes: 1_000_000)
    try await run.ledger.markRunning(acme.chunk(1), lane: "copy 1")
    try await run.ledger.markFailed(
      acme.chunk(1),
      RecordedFailure(sqlState: "23505", message: "a row is there already", hint: "Reset it."))

    let report = try await EngineReport.read(run.ledger, slug: "acme", ledgerArgument: "")
    let lines = report.lines(.init(columns: 120)).map(\.plain)

    #expect(lines[0] == "acme  failed  Acme")
    #expect(lines[1] == "    a row is there already (SQLSTATE 23505)")
    #expect(lines[2] == "    Reset it.")
    #expect(lines.contains { $0.hasPrefix("space ") && $0.hasSuffix("  00:03") })
    let retried = try #require(lines.firstIndex { $0.hasPrefix("memories/0 ") })
    #expect(lines[retried].hasSuffix("  01:01"))
    #expect(lines[retried + 1] == "    before: connection lost")
    let failed = try #require(lines.firstIndex { $0.hasPrefix("memories/1 ") })
    #expect(lines[failed].contains("the end"))
    #expect(lines[failed + 1] == "    a row is there already (SQLSTATE 23505)")
    #expect(
      lines.contains(
        "2025-10-09 08:54:24Z  committed  acme/memories/0  1,000 rows  1.0 MB"))
    for line in report.lines(.init()).rendered(columns: 100, style: .plain) {
      #expect(line.columns <= 100)
    }
  }

  @Test func manyChunksThatAreDoneShareALine() async throws {
    let run = try RunFixture()
    let large = TestEngine(slug: "large", chunks: 30)
    try await run.plan([large])
    for number in 0..<25 {
      try await run.complete(large.chunk(number), rows: 1_000, bytes: 1_000_000)
    }
    let report = try await EngineReport.read(run.ledger, slug: "large", ledgerArgument: "")
    let lines = report.lines(.init()).map(\.plain)
    #expect(lines.contains("done  25 chunks, 25,000 rows, 25.0 MB"))
    #expect(!lines.contains { $0.hasPrefix("memories/7 ") })
    #expect(lines.contains { $0.hasPrefix("memories/29 ") })
    let all = report.lines(.init(listsAll: true)).map(\.plain)
    #expect(all.contains { $0.hasPrefix("memories/7 ") })
  }

  @Test func jobsStandInTheOrderInWhichTheyRun() async throws {
    let run = try RunFixture()
    try await run.ledger.saveEngines([acme.record])
    // Planned first, as before its chunks are known.
    let roster = acme.jobs.filter { $0.name.kind == .roster }
    _ = try await run.ledger.reconcile(with: [], plan: roster + acme.jobs.dropLast())
    let report = try await EngineReport.read(run.ledger, slug: "acme", ledgerArgument: "")
    #expect(
      report.jobs.map(\.job.name.kind) == [.space, .memories, .memories, .index, .roster])
  }

  @Test func anUnknownSlugIsWrongUsage() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    let error = await #expect(throws: CommandError.self) {
      _ = try await EngineReport.read(run.ledger, slug: "nope", ledgerArgument: " --ledger x")
    }
    #expect(error?.status == .usage)
    #expect(error?.message == "the run has no engine nope")
    #expect(
      error?.hint == "orchestrator status --ledger x --all lists the slug of every engine.")
  }
}
