import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// `orchestrator verify`: proves that the target holds what it should, and nothing else.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove that the target holds what the sources hold; changes nothing.",
    discussion: """
      Shows every check with ✓ or ✗. With --deep, also compares every column
      of every memory, by sums that the servers compute (only the sums cross
      the network), and the rights of every old user with those they have now.
      An interrupted deep verification continues where it stopped.

      EXAMPLE
        orchestrator verify --deep
        orchestrator verify --json | jq '.checks[] | select(.passed | not)'

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption

  @Flag(help: "Compare every column of every memory, and everybody's access.")
  var deep = false

  @Flag(help: "With --deep: ignore the progress of an interrupted verification.")
  var fromScratch = false

  @Option(help: "Engines, or ranges of memories, compared at the same time.")
  var streams = 4

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "List every finding and note, even if there are hundreds.")
  var all = false

  func validate() throws {
    guard (1...100).contains(streams) else {
      throw ValidationError("--streams must be between 1 and 100.")
    }
    guard deep || !fromScratch else { throw ValidationError("--from-scratch needs --deep.") }
  }

  func run() async throws {
    let databases = try connections.settings()
    let ledger = try Ledger.openReadOnly(at: self.ledger.path)
    let verify = try await Verify(
      ledger: ledger, databases: databases, streams: streams,
      deep: deep ? (fromScratch ? .fromScratch : .goingOn) : nil)
    let console = VerifyConsole()
    let start = ContinuousClock.now
    let checks = try await verify.run { console.show($0) }
    console.clear()
    let report = VerifyReport(
      run: verify.runID, isDeep: deep, checks: checks, elapsed: .now - start, bytes: console.bytes)
    let text = try text(of: report)
    if json { Terminal.write(text) } else { Terminal.show(text) }
    if !checks.isPassed { throw ExitStatus.failed }
  }

  private func text(of report: VerifyReport) throws -> String {
    if json { return try JSONText.of(VerifyJSON(report)) + "\n" }
    let terminal = Terminal.standardOutput()
    let style = Style(
      isTerminal: terminal.isTerminal, environment: ProcessInfo.processInfo.environment)
    // Findings are not cut: they name what is to be looked at.
    return report.lines(listsAll: all).rendered(columns: .max, style: style)
      .map { $0 + "\n" }.joined()
  }
}
