import ArgumentParser
import Foundation
import JobModel
import Ledger
import OldModel
import PostgresLink
import RunRecord
import Runs

/// `orchestrator start`: preflight, plan, run.
struct StartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Begin a run: preflight, plan, migrate.",
    discussion: """
      Is refused if the ledger already has a run, or if the target is not
      empty.

      EXAMPLE
        orchestrator start --ledger /var/lib/orchestrator/saturday.ledger
        orchestrator start --ledger saturday.ledger --like rehearsal.ledger

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var result: ResultOptions
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let databases = try connections.settings()
    let base = try await result.base()
    let lock = try LedgerLock(path: ledger.path)
    try await output.report(ledger: ledger.path) { console in
      try await Start(
        lock: lock, databases: databases, settings: try result.settings(base.settings),
        tuning: tuning.applied(to: base.tuning), allowsSkipped: result.allowSkipped,
        process: RunProcess(observer: console)
      ).run()
    }
  }
}
