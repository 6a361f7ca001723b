import ArgumentParser
import Foundation
import Ledger
import Migration
import PostgresLink

/// `orchestrator resume`: goes on with a run.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run after any interruption; failed engines are tried again.",
    discussion: """
      What is committed in the target is never copied again. The settings that
      decide the result are those the run began with; those that only decide
      how fast it goes are too, unless they are given anew.

      EXAMPLE
        orchestrator resume --ledger /var/lib/orchestrator/saturday.ledger

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("false leaves failed engines as they are.", valueName: "true|false"))
  var retryFailed = true

  @Option(
    help: ArgumentHelp(
      "Where the run's schema pack lies now, if it was moved; it must be the same.",
      valueName: "folder"))
  var schemaPack: String?

  @Flag(help: "Make a lost or damaged ledger again from the target, then go on.")
  var rebuildLedger = false

  @Flag(help: "Take the run over although its process showed life a moment ago.")
  var takeOver = false

  @Flag(help: "Accept that a database of the run has another address or timeline than before.")
  var acceptMoved = false

  func run() async throws {
    let databases = try connections.settings()
    let lock = try LedgerLock(path: ledger.path)
    defer { withExtendedLifetime(lock) {} }
    let stop = try StopSignal()
    let signals = SignalWatcher(stop)
    let console = output.console
    defer { console.finish() }
    let context = try await RunResumer(
      ledger: try await openLedger(databases, stop, console), databases: databases,
      tuningOptions: tuning, packFolder: schemaPack.map { URL(filePath: $0).path },
      retriesFailed: retryFailed, takesOver: takeOver, acceptsMoved: acceptMoved, stop: stop,
      console: console
    ).begin()
    let status = try await RunLoop(
      context: context, console: console, stop: stop, signals: signals
    ).run()
    if status != .done { throw status }
  }

  private func openLedger(
    _ databases: DatabaseSettings, _ stop: StopSignal, _ console: RunConsole
  ) async throws -> Ledger {
    guard rebuildLedger else { return try Ledger.open(at: ledger.path) }
    return try await LedgerRebuild(
      path: ledger.path, databases: databases, stop: stop, console: console
    ).run()
  }
}
