import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the state of the run: engines, rows, rates, time left, and the next command.",
    discussion: """
      Reads only the ledger and changes nothing: it works during a run, after
      a crash, and without the network. The exit status is 0 in every state of
      the run; scripts read .run.state of --json.

      EXAMPLE
        orchestrator status
        orchestrator status --watch        (as long as a process is at work)
        orchestrator status --engine acme  (its jobs, errors, latest events)
        orchestrator status --json | jq -r '.engines[] | select(.reason).slug'

      \(ExitStatus.help)
      """)

  @OptionGroup var ledger: LedgerOption

  @Flag(help: "Update every second, until no process is at work on the run.")
  var watch = false

  @Flag(help: "Print JSON; with --watch, one object per line after each change.")
  var json = false

  @Flag(help: "List every engine, even if hundreds are pending, done or skipped.")
  var all = false

  @Option(help: ArgumentHelp("Show one engine's jobs and latest events.", valueName: "slug"))
  var engine: String?

  func run() async throws {
    let ledger = try Ledger.openReadOnly(at: ledger.path)
    guard watch else {
      put(try await page(ledger).text(isOneLine: false))
      return
    }
    var watcher = StatusWatch(isRedrawing: Terminal.standardOutput().isTerminal && !json)
    while true {
      let page = try await page(ledger)
      put(try watcher.output(for: page))
      guard page.status.process != nil else { return }
      try await Task.sleep(for: .seconds(1))
    }
  }

  private func put(_ text: String) {
    if json { Terminal.write(text) } else { Terminal.show(text) }
  }

  private func page(_ ledger: Ledger) async throws -> StatusPage {
    let terminal = Terminal.standardOutput()
    let options = StatusReport.TextOptions(
      columns: terminal.columns, listsAll: all, ledgerArgument: self.ledger.repeated)
    let content: StatusPage.Content =
      if let engine {
        .engine(try await .read(ledger, slug: engine, ledgerArgument: self.ledger.repeated))
      } else {
        .run(try await .read(ledger))
      }
    let style = Style(
      isTerminal: terminal.isTerminal, environment: ProcessInfo.processInfo.environment)
    return StatusPage(
      content: content, options: options, style: style, rows: terminal.rows, isJSON: json)
  }
}
