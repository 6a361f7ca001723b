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
import Verification

/// `orchestrator resume`: goes on with a run.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Continue a run after any interruption; failed engines are tried again.",
    discussion: """
      Work that is committed in the target is never repeated. Settings that
      decide the result stay as they were when the run began. Settings that
      only decide its speed stay, too, unless they are passed again.

      EXAMPLE
        orchestrator resume --ledger /var/lib/orchestrator/saturday.ledger

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var following: FollowOptions
  @OptionGroup var names: UserNameOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("false leaves failed engines as they are.", valueName: "true|false"))
  var retryFailed = true

  @Flag(help: "Set rows that the target refuses aside from now on, in full (M4).")
  var quarantine = false

  @Option(
    help: ArgumentHelp(
      "New folder of the run's schema pack, if it was moved; its content must be the same.",
      valueName: "folder"))
  var schemaPack: String?

  @Flag(help: "Create a lost or damaged ledger again from the target, then resume.")
  var rebuildLedger = false

  @Flag(help: "Take the run over even if its process showed life a moment ago.")
  var takeOver = false

  @Flag(help: "Accept a database of the run whose address or timeline has changed.")
  var acceptMoved = false

  func run() async throws {
    let databases = try connections.settings()
    let lock = try LedgerLock(path: ledger.path)
    let choices = Resume.Choices(
      tuning: { [tuning, following] in following.applied(to: tuning.applied(to: $0)) },
      packFolder: schemaPack.map { URL(filePath: $0).path }, retriesFailed: retryFailed,
      quarantines: quarantine, takesOver: takeOver, acceptsMoved: acceptMoved,
      userNames: try names.byIdentity())
    try await output.report(ledger: ledger.path) { console in
      let process = try RunProcess(observer: console)
      let ledger =
        rebuildLedger
        ? try await RebuildLedger(lock: lock, databases: databases, process: process).run()
        : try Ledger.open(lock)
      return try await Resume(
        ledger: ledger, databases: databases, choices: choices, process: process
      ).run(once: following.once)
    }
  }
}
