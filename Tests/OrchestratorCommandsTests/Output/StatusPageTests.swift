import Foundation
import Ledger
import Testing

@testable import OrchestratorCommands

@Suite struct StatusPageTests {
  private let acme = TestEngine(slug: "acme")
  private let globex = TestEngine(slug: "globex")

  private func page(_ run: RunFixture, isJSON: Bool = false) async throws -> StatusPage {
    StatusPage(
      content: .run(try await run.report()), options: .init(), style: .plain, rows: 12,
      isJSON: isJSON)
  }

  @Test func aWatchOnAPipeSpeaksWhenSomethingChanged() async throws {
    let run = try RunFixture()
    try await run.plan([acme])
    var watch = StatusWatch(isRedrawing: false)
    let first = try watch.output(for: try await page(run))
    #expect(
      first == """
        2025-10-09 08:53:20Z  crashed: 0 of 1 engines published, 0 of 2,000 rows (0%), \
        indexes 0 of 1 built, more to be planned, 0 B/s, ETA —

        """)
    try await run.pass(seconds: 1)
    #expect(try watch.output(for: try await page(run)) == "")
    try await run.complete(acme.chunk(0), rows: 1_000, bytes: 1_000_000)
    #expect(try watch.output(for: try await page(run)).contains("1,000 of 2,000 rows (50%)"))
    try await run.complete(acme.chunk(1), rows: 1_000, bytes: 1_000_000)
    let json = try watch.output(for: try await page(run, isJSON: true))
    #expect(json.count { $0 == "\n" } == 1)
    #expect(json.hasPrefix("{"))
  }

  @Test func aWatchOfOneEngineSpeaksOfThatEngine() async throws {
    let run = try RunFixture()
    try await run.plan([acme, globex])
    var watch = StatusWatch(isRedrawing: false)
    func output() async throws -> String {
      let report = try await run.whileAtWork {
        try await EngineReport.read(run.ledger, slug: "acme", ledgerArgument: "")
      }
      return try watch.output(
        for: StatusPage(
          content: .engine(report), options: .init(), style: .plain, rows: nil, isJSON: false))
    }
    #expect(
      try await output()
        == "2025-10-09 08:53:20Z  acme pending: space, 0 of 2,000 rows (0%), 0 of 5 jobs done\n")
    try await run.complete(globex.chunk(0), rows: 1_000, bytes: 1_000_000)
    #expect(try await output() == "")
    try await run.complete(acme.chunk(0), seconds: 2, rows: 1_000, bytes: 1_000_000)
    #expect(try await output().contains("1,000 of 2,000 rows (50%), 1 of 5 jobs done, 500 kB/s"))
  }

  @Test func aWatchOnATerminalDrawsOverAndNeverScrolls() async throws {
    let run = try RunFixture()
    try await run.plan((0..<19).map { TestEngine(slug: "engine-\($0)") })
    var watch = StatusWatch(isRedrawing: true)
    for _ in 0..<2 {
      let screen = try watch.output(for: try await page(run))
      #expect(screen.hasPrefix("\u{1B}[H\u{1B}[2Jrun 01020304"))
      #expect(screen.count { $0 == "\n" } <= 11)
    }
  }
}
