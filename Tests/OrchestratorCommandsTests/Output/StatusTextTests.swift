import Foundation
import JobModel
import Ledger
import RunRecord
import Testing

@testable import OrchestratorCommands

@Suite struct StatusTextTests {
  private let acme = TestEngine(slug: "acme", name: "Acme & Sons")
  private let globex = TestEngine(slug: "globex")

  @Test func aRunAtWork() async throws {
    let run = try RunFixture()
    try await run.plan([acme, globex])
    try await run.complete(.provisionAuth)
    try await run.complete(acme.space)
    try await run.complete(acme.chunk(0), seconds: 10, rows: 1_000, bytes: 1_000_000)
    try await run.ledger.markRunning(acme.chunk(1), lane: "copy 1")
    try await run.ledger.recordProgress([acme.chunk(1): JobProgress(rows: 200, bytes: 200_000)])

    let lines = try await run.whileAtWork { try await run.lines() }

    #expect(lines[0].hasPrefix("run 01020304  running  ·  process \(getpid()) on "))
    #expect(lines[0].hasSuffix("is at work"))
    #expect(lines[1] == "began 2025-10-09 08:53:20Z, elapsed 00:10, at work 00:10")
    #expect(lines[3] == "engines  0 of 2 published  ·  ETA —")
    #expect(
      lines[4]
        == "rows     ██████░░░░░░░░░░░░░░  30%  1,200 of 4,000 rows, 1.2 MB of 4.0 MB, 120 kB/s")
    #expect(lines[5] == "indexes  0 of 2 built, more to be planned")
    #expect(
      lines[7...9] == [
        "engine  name         state    phase            rows    %      rate  retries  warnings",
        "acme    Acme & Sons  running  memories  1,200/2,000  60%  120 kB/s        —         —",
        "globex  Some name    pending  —             0/2,000   0%         —        —         —",
      ])
    #expect(
      lines.contains(
        "control plane: provision/auth done, provision/core pending, identities pending"))
  }

  @Test func theTargetAndTheReasonOfAStopAreSaid() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.ledger.saveFingerprints([
      .target: DatabaseFingerprint(
        systemIdentifier: "1", databaseOID: 1, timeline: 1, address: "db:5432/app")
    ])
    try await run.ledger.setRunState(.interrupted, detail: "gave up: no route")
    let lines = try await run.lines()
    #expect(lines[2].hasPrefix("target db:5432/app"))
    #expect(lines[3] == "why: gave up: no route")
    #expect(try await run.report().snapshot.stopReason == "gave up: no route")
  }

  @Test func whatNobodyIsAtWorkOnIsNotRunning() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(acme.space)
    try await run.ledger.markRunning(acme.index, lane: "build 0")
    try await run.ledger.recordProgress([acme.index: JobProgress(phase: "loading", percent: 1)])
    run.clock.advance(seconds: 70)

    var lines = try await run.lines()
    #expect(
      lines[0] == "run 01020304  crashed  ·  no process is at work since 2025-10-09 08:53:20Z "
        + "(01:10 ago)")
    #expect(lines.contains { $0.hasPrefix("acme ") && $0.contains("  crashed  ") })
    #expect(!lines.contains { $0.hasPrefix("index build") })
    let report = try await EngineReport.read(run.ledger, slug: "acme", ledgerArgument: "")
    let engine = report.lines(.init()).map(\.plain)
    #expect(engine[0].hasPrefix("acme  crashed  "))
    #expect(engine.contains { $0.hasPrefix("index/memory_embedding_idx  crashed  ") })

    try await run.ledger.markPending(acme.index, after: nil)
    try await run.ledger.setRunState(.interrupted)
    lines = try await run.lines()
    #expect(lines[0].hasPrefix("run 01020304  interrupted  ·  no process is at work since "))
    #expect(lines.contains { $0.hasPrefix("acme ") && $0.contains("  stopped  ") })
  }

  @Test func aLimitIsShown() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    let tuning = RunTuning(bytesPerSecondMax: 20_000)
    try await run.ledger.setTuningSettings(encodeJSON(tuning), toolVersion: "1.2.3")
    #expect(try await run.lines()[1].hasSuffix(", at work 00:00, limited to 20.0 kB/s"))
    #expect(
      try JSONText.of(StatusJSON(try await run.report()))
        .contains(#""rate_limit_bytes_per_second" : 20000"#))
  }

  @Test func enginesInTroubleSayWhyAndComeBeforeThoseThatNeedNobody() async throws {
    let run = try RunFixture()
    let skipped = TestEngine(slug: "a-skipped", state: .skipped, reason: "not active")
    let slugs = ["b-done", "c-pending", "d-drifted", "e-failed", "f-running"]
    let engines = slugs.map { TestEngine(slug: $0) }
    try await run.plan([skipped] + engines)
    try await run.completeAll(engines[0])
    try await run.complete(engines[2].space)
    try await run.ledger.markRunning(engines[2].roster, lane: "control 0")
    try await run.ledger.markFailed(
      engines[2].roster, RecordedFailure(message: "rows still change"), engineBecomes: .drifted)
    try await run.ledger.markRunning(engines[3].space, lane: "control 0")
    try await run.ledger.markFailed(
      engines[3].space,
      RecordedFailure(sqlState: "42501", message: "permission denied", hint: "Grant it."))
    try await run.complete(engines[4].space)

    let lines = try await run.lines()

    let order = lines.compactMap { line in
      (slugs + ["a-skipped"]).first { line.hasPrefix($0 + " ") }
    }
    #expect(order == ["f-running", "e-failed", "d-drifted", "c-pending", "b-done", "a-skipped"])
    let failed = try #require(lines.firstIndex { $0.hasPrefix("e-failed") })
    #expect(lines[failed + 1] == "    permission denied (SQLSTATE 42501)")
    #expect(lines[failed + 2] == "    Grant it.")
    #expect(lines.contains("    rows still change"))
    #expect(lines.contains("    not active"))
    #expect(
      lines.contains { $0.hasPrefix("engines  1 of 5 published, 1 failed, 1 drifted, 1 skipped") })
  }

  @Test func severalFailuresOfAnEngineAllSayWhatToDo() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    for number in 0..<2 {
      try await run.ledger.markRunning(acme.chunk(number), lane: "copy \(number)")
      try await run.ledger.markFailed(
        acme.chunk(number),
        RecordedFailure(message: "row \(number) is refused", hint: "Correct it at the source."))
      try await run.pass(seconds: 1)
    }
    let lines = try await run.lines()
    let first = try #require(lines.firstIndex { $0.hasPrefix("acme ") })
    #expect(
      lines[(first + 1)...(first + 3)] == [
        "    row 0 is refused", "    row 1 is refused", "    Correct it at the source.",
      ])
  }

  @Test func aNarrowScreenCutsNeitherTheHeaderNorRetriesAndWarnings() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(acme.chunk(0), seconds: 10, rows: 1_000, bytes: 1_000_000)
    try await run.ledger.recordWarnings([
      MigrationWarning(rule: "R6", engine: "acme", row: nil, message: "m")
    ])
    for columns in [60, 80] {
      let lines = try await run.report().lines(.init(columns: columns))
        .rendered(columns: columns, style: .plain)
      #expect(!lines.contains { $0.hasSuffix("…") }, "\(lines)")
      #expect(lines.contains { $0.hasPrefix("engine ") && $0.hasSuffix("retries  warnings") })
      #expect(lines.joined(separator: " ").contains("1.0 MB of 2.0 MB,"))
    }
  }

  @Test func indexBuildsHaveTheirOwnTable() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.complete(acme.chunk(0))
    try await run.complete(acme.chunk(1))
    try await run.ledger.markRunning(acme.index, lane: "build 0")
    let progress = JobProgress(phase: "building index: loading tuples", percent: 43.7)
    try await run.ledger.recordProgress([acme.index: progress])
    try await run.pass(seconds: 75)
    let lines = try await run.whileAtWork { try await run.lines() }
    #expect(
      lines.contains("index build                      phase                             %    for"))
    #expect(
      lines.contains("acme/index/memory_embedding_idx  building index: loading tuples  43%  01:15"))
  }

  @Test func whatIsNotPlannedYetKeepsTheBarsFromTheirEnd() async throws {
    let run = try RunFixture()
    let later = TestEngine(slug: "later", chunks: 0, isUnplanned: true)
    try await run.plan([acme, later])
    try await run.completeAll(acme)
    try await run.ledger.markRunning(later.space, lane: "control 0")
    let lines = try await run.lines()
    #expect(lines[4].contains("░  99%  2,000 of 2,000 rows"))
    #expect(lines[5] == "indexes  1 of 1 built, more to be planned")
  }

  @Test func warningsAreCountedByRule() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.ledger.recordWarnings([
      MigrationWarning(rule: "R10", engine: "acme", row: "1", message: "x"),
      MigrationWarning(rule: "R10", engine: nil, row: "2", message: "y"),
      MigrationWarning(rule: "index", engine: "acme", row: nil, message: "z"),
    ])
    let lines = try await run.lines()
    #expect(lines.contains("warnings by rule: R10 2, index 1"))
    #expect(try await run.report().warnings.map(\.engine) == [nil, "acme", "acme"])
  }

  @Test func longNamesGiveWayAndNothingIsWiderThanAsked() async throws {
    let run = try RunFixture()
    let long = TestEngine(
      slug: "a-rather-long-slug-that-somebody-chose-once",
      name: String(repeating: "東京 and a long name ", count: 10), chunks: 2)
    let failed = TestEngine(slug: "broken")
    try await run.plan([long, failed])
    try await run.ledger.markRunning(failed.space, lane: "control 0")
    try await run.ledger.markFailed(
      failed.space, RecordedFailure(message: String(repeating: "many words ", count: 40)))
    for columns in [60, 72, 80, 100, 120, 160] {
      let lines = try await run.report().lines(.init(columns: columns))
      for line in lines.rendered(columns: columns, style: .plain) {
        #expect(line.columns <= columns, "\(line)")
      }
    }
    let wide = try await run.lines(.init(columns: 110))
    #expect(wide.contains { $0.hasPrefix(long.slug + "  東京 a") && $0.contains("…  pending") })
    let narrow = try await run.lines(.init(columns: 80))
    #expect(narrow.contains { $0.hasPrefix("a-rather-lon") && $0.contains("…  pending") })
  }

  @Test func twoThousandEngines() async throws {
    let run = try RunFixture()
    let engines = (0..<2_000).map {
      TestEngine(slug: "engine-\(String(format: "%04d", $0))", chunks: 1)
    }
    try await run.ledger.saveEngines(engines.map(\.record))
    let jobs = TestEngine.controlPlane + engines.flatMap(\.jobs)
    let done = engines.prefix(1_990).flatMap(\.jobs).map {
      Mark(name: $0.name, generation: 1, range: $0.range, rows: $0.expectedRows)
    }
    _ = try await run.ledger.reconcile(with: done, plan: jobs)
    try await run.ledger.setRunState(.running)
    try await run.complete(engines[1_995].space)

    let short = try await run.lines()
    #expect(short.count < 40)
    #expect(short.contains { $0.hasPrefix("engine-1995") })
    #expect(short.contains { $0.hasPrefix("engine-1999") })
    #expect(!short.contains { $0.hasPrefix("engine-0000") })
    #expect(
      short.contains { $0.hasPrefix("done  1,990 engines, 1,990,000 rows, 2.0 GB") })
    let all = try await run.lines(.init(listsAll: true))
    #expect(all.contains { $0.hasPrefix("engine-0000") })
    #expect(all.count > 2_000)
    let screen = try await run.report().lines(.init(listsAll: true, linesMax: 30))
    #expect(screen.count <= 30)
    #expect(screen.last?.plain.hasPrefix("Its process ended") == true)
  }

  @Test func nothingIsColouredWhenPiped() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    let lines = try await run.report().lines(.init())
    let plain = lines.rendered(columns: 100, style: .plain).joined()
    let coloured = lines.rendered(columns: 100, style: Style(isColored: true)).joined()
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1mrun"))
  }
}
