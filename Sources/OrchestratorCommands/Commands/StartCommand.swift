import ArgumentParser
import Foundation
import Ledger
import Migration
import PostgresLink

/// `orchestrator start`: preflight, plan, run.
struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Begin a run: preflight, plan, migrate.",
    discussion: """
      Refused where the ledger already has a run, and where the target is not
      empty.

      EXAMPLE
        orchestrator start --ledger /var/lib/orchestrator/saturday.ledger

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var result: ResultOptions
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let databases = try connections.settings()
    let lock = try LedgerLock(path: ledger.path)
    defer { withExtendedLifetime(lock) {} }
    let stop = try StopSignal()
    let signals = SignalWatcher(stop)
    let console = output.console
    defer { console.finish() }
    let context = try await RunStarter(
      path: ledger.path, databases: databases, settings: try result.settings(),
      tuning: tuning.applied(to: RunTuning()), stop: stop, console: console
    ).begin()
    let status = try await RunLoop(
      context: context, console: console, stop: stop, signals: signals
    ).run()
    if status != .done { throw status }
  }
}
