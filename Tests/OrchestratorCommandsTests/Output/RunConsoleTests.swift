import Foundation
import JobModel
import Ledger
import Runs
import Synchronization
import Testing

@testable import OrchestratorCommands

@Suite struct RunConsoleTests {
  private let acme = TestEngine(slug: "acme")
  private let terminal = Terminal(isTerminal: true, columns: 100, rows: 24)
  private let pipe = Terminal(isTerminal: false, columns: 100, rows: nil)
  private let at = Date(timeIntervalSince1970: 1_760_000_000)

  private func piped(_ format: LogFormat) -> RunRenderer {
    RunRenderer(format: format, isTerminal: false, style: .plain)
  }

  private func drawing() -> RunRenderer {
    RunRenderer(format: .text, isTerminal: true, style: .plain)
  }

  @Test func aPipeGetsALineForEachEvent() {
    var renderer = piped(.text)
    let copied = RunEvent(
      .committed, job: acme.chunk(3), rows: 1_000, bytes: 8_100_000, at: at)
    #expect(
      renderer.note(copied, on: pipe)
        == "2025-10-09 08:53:20Z  committed  acme/memories/3  1,000 rows  8.1 MB\n")
    let failure = JobFailure(
      fate: .failEngine, code: "42501", message: "permission\ndenied", hint: "Grant it.")
    #expect(
      renderer.note(RunEvent(.failed, job: acme.space, failure: failure, at: at), on: pipe)
        == "2025-10-09 08:53:20Z  failed  acme/space  permission·denied (SQLSTATE 42501)  Grant it.\n"
    )
    let retried = RunEvent(
      .retried, job: acme.space, failure: JobFailure(fate: .retry, message: "gone"),
      retriedAfter: .seconds(4), at: at)
    #expect(renderer.note(retried, on: pipe).hasSuffix("acme/space  gone; again in 4.0 s\n"))
    #expect(
      renderer.note(RunEvent(.committed, job: acme.roster, at: at), on: pipe)
        .contains("  published  acme/roster"))
  }

  @Test func `a problem that lasts is told once, and counted`() {
    var renderer = piped(.text)
    func retried(_ job: JobName, _ message: String) -> RunEvent {
      RunEvent(
        .retried, job: job, failure: JobFailure(fate: .retry, message: message),
        retriedAfter: .seconds(4), at: at)
    }
    let copied = RunEvent(.committed, job: acme.chunk(1), rows: 1, at: at)
    #expect(renderer.note(retried(acme.chunk(0), "refused"), on: pipe).contains("refused"))
    #expect(renderer.note(retried(acme.chunk(1), "refused"), on: pipe).isEmpty)
    #expect(renderer.note(retried(acme.chunk(0), "refused"), on: pipe).isEmpty)
    #expect(renderer.note(copied, on: pipe).hasPrefix("… 2 more attempts met the same\n2025-"))
    #expect(renderer.note(copied, on: pipe).hasPrefix("2025-"))
    #expect(renderer.note(retried(acme.chunk(0), "refused"), on: pipe).contains("refused"))
    var json = piped(.json)
    for _ in 0..<2 { #expect(!json.note(retried(acme.chunk(0), "refused"), on: pipe).isEmpty) }
  }

  @Test func `nothing is said twice, and no zeros where there is nothing to count`() {
    let space = RunEvent(.committed, job: acme.space, rows: 0, bytes: 0, at: at)
    #expect(space.line.plain == "2025-10-09 08:53:20Z  committed  acme/space")
    let empty = RunEvent(.committed, job: acme.chunk(0), rows: 0, bytes: 0, at: at)
    #expect(empty.line.plain.hasSuffix("acme/memories/0  0 rows"))
    let message = "acme/memories/0: : stopped by a signal"
    let abandoned = RunEvent(.abandoned, job: acme.chunk(0), message: message, at: at)
    #expect(abandoned.line.plain.hasSuffix("  abandoned  acme/memories/0  stopped by a signal"))
  }

  @Test func jsonIsOneObjectPerLineWithEveryKey() throws {
    var renderer = piped(.json)
    let line = renderer.note(RunEvent(.committed, job: acme.chunk(3), rows: 7, at: at), on: pipe)
    #expect(
      line == """
        {"at":"2025-10-09T08:53:20.000Z","bytes":null,"engine":"acme","hint":null,\
        "job":"acme/memories/3","kind":"committed","message":null,"rows":7}

        """)
  }

  @Test func aPipeGetsTheTotalsEveryTenSeconds() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.ledger.markRunning(acme.index, lane: "build 0")
    let progress = JobProgress(phase: "loading tuples", percent: 43)
    try await run.ledger.recordProgress([acme.index: progress])
    var (text, json) = (piped(.text), piped(.json))
    var lines: [String] = []
    for _ in 0...20 {
      let snapshot = try await run.ledger.snapshot()
      lines.append(text.update(snapshot, on: pipe))
      let object = json.update(snapshot, on: pipe)
      #expect(object.isEmpty || object.contains(#""kind":"progress","totals":{"bytes_done""#))
      run.clock.advance(seconds: 1)
    }
    #expect(lines.indices.filter { !lines[$0].isEmpty } == [10, 20])
    #expect(lines[10].hasSuffix("; building acme/index/memory_embedding_idx loading tuples 43%\n"))
  }

  @Test func aTerminalGetsWhatMattersAboveABlockThatIsDrawnOver() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    try await run.ledger.markRunning(acme.chunk(0), lane: "copy 0")
    let snapshot = try await run.ledger.snapshot()
    var renderer = drawing()

    let first = renderer.update(snapshot, on: terminal)
    let height = first.count { $0 == "\n" }
    #expect(!first.contains("\u{1B}"))
    let again = renderer.update(snapshot, on: terminal)
    #expect(again == "\r\u{1B}[\(height)A\u{1B}[J" + first)
    #expect(renderer.note(RunEvent(.started, job: acme.chunk(0)), on: terminal) == "")
    let note = renderer.note(RunEvent(.note, message: "hello", at: at), on: terminal)
    #expect(
      note == "\r\u{1B}[\(height)A\u{1B}[J2025-10-09 08:53:20Z  note  hello\n" + first)
    #expect(renderer.finish() == "\r\u{1B}[\(height)A\u{1B}[J")
    #expect(renderer.finish() == "")
    #expect(
      renderer.note(RunEvent(.note, message: "bye", at: at), on: terminal)
        == "2025-10-09 08:53:20Z  note  bye\n")
  }

  @Test func theBlockStaysWithinTheScreen() async throws {
    let run = try RunFixture()
    let engines = (0..<30).map { TestEngine(slug: "engine-\($0)", chunks: $0 + 1) }
    try await run.plan(engines)
    for engine in engines { try await run.ledger.markRunning(engine.chunk(0), lane: "copy") }
    let snapshot = try await run.ledger.snapshot()
    let lines = RunBlock.lines(snapshot).map(\.plain)
    let listed = lines.filter { $0.contains("engine-") }
    #expect(listed.count == RunBlock.linesAtWorkMax)
    #expect(listed.first?.hasPrefix("  engine-29  ") == true)
    #expect(lines.last == "  … and 22 more at work")

    var renderer = drawing()
    let small = Terminal(isTerminal: true, columns: 50, rows: 8)
    let block = renderer.update(snapshot, on: small)
    #expect(block.count { $0 == "\n" } <= 6)
    for line in block.split(separator: "\n") { #expect(String(line).columns < 50) }
  }

  @Test func `on a narrow terminal the totals take a second line`() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    var renderer = drawing()
    let narrow = Terminal(isTerminal: true, columns: 50, rows: 24)
    let block = renderer.update(try await run.ledger.snapshot(), on: narrow)
    #expect(
      block.contains("\n    ") && block.contains("0 B of") && !block.contains("…"), "\(block)")
  }

  @Test func buildsShowTheirOwnProgress() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    for number in 0..<2 { try await run.complete(acme.chunk(number)) }
    try await run.ledger.markRunning(acme.index, lane: "build 0")
    let progress = JobProgress(phase: "building index: loading tuples", percent: 43)
    try await run.ledger.recordProgress([acme.index: progress])
    let lines = RunBlock.lines(try await run.ledger.snapshot()).map(\.plain)
    #expect(
      lines.last?.hasPrefix("  acme/index/memory_embedding_idx  ") == true
        && lines.last?.hasSuffix("  building index: loading tuples 43%  00:00") == true)
  }

  @Test func finishWaitsUntilEverythingIsWritten() async throws {
    let written = Mutex("")
    let console = RunConsole(
      piped(.text), terminal: { Terminal(isTerminal: false, columns: 100) },
      write: { text in written.withLock { $0 += text } })
    for number in 0..<500 { console.note(RunEvent(.note, message: "\(number)")) }
    console.finish()
    let lines = written.withLock { $0 }.split(separator: "\n")
    #expect(lines.count == 500)
    #expect(lines.last?.hasSuffix("  499") == true)
  }
}
