import JobModel
import Ledger
import Synchronization
import Testing

@testable import OrchestratorCommands
@testable import Runs

@Suite struct LedgerJournalTests {
  @Test func `a warning is told with its rule, and with its row where there is one`() async throws {
    let run = try RunFixture()
    let acme = TestEngine(slug: "acme")
    try await run.plan([acme])
    try await run.ledger.markRunning(acme.roster, lane: "control 0")
    let written = Mutex("")
    let console = RunConsole(
      RunRenderer(format: .text, isTerminal: false, style: .plain),
      terminal: { Terminal(isTerminal: false, columns: 100) },
      write: { text in written.withLock { $0 += text } })
    let warnings = [
      MigrationWarning(rule: "index", engine: "acme", row: nil, message: "too long"),
      MigrationWarning(rule: "R5", engine: "acme", row: "u1", message: "dangling"),
    ]
    try await LedgerJournal(ledger: run.ledger, observer: console)
      .committed(Job(name: acme.roster, generation: 1), JobReceipt(warnings: warnings))
    console.finish()
    let lines = written.withLock { $0 }.split(separator: "\n").map { $0.dropFirst(22) }
    #expect(
      lines == [
        "warning  acme/roster  index: too long", "warning  acme/roster  R5 u1: dangling",
        "published  acme/roster",
      ])
  }
}
