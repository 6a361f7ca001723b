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
      empty. With --ahead, the old app stays live: everything is copied and
      indexed, nothing is published, and the sources are followed until
      orchestrator cutover ends it in a short window.

      EXAMPLE
        orchestrator start --ledger /var/lib/orchestrator/saturday.ledger
        orchestrator start --ledger saturday.ledger --like rehearsal.ledger
        orchestrator start --ahead

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var result: ResultOptions
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var following: FollowOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Copy while the old app is live, publish nothing, and follow the sources.")
  var ahead = false

  func validate() throws {
    guard ahead || (following.every == nil && !following.once) else {
      throw ValidationError("--every and --once belong to --ahead.")
    }
    guard !ahead || !result.rehearsal else {
      throw ValidationError("--rehearsal publishes live sources; --ahead publishes nothing.")
    }
  }

  func run() async throws {
    let databases = try connections.settings()
    let base = try await result.base()
    let lock = try LedgerLock(path: ledger.path)
    try await output.report(ledger: ledger.path) { console in
      try await Start(
        lock: lock, databases: databases,
        settings: try result.settings(base.settings, ahead: ahead),
        tuning: following.applied(to: tuning.applied(to: base.tuning)),
        allowsSkipped: result.allowSkipped, process: RunProcess(observer: console)
      ).run(once: following.once)
    }
  }
}
