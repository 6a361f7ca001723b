import ArgumentParser
import Foundation
import Ledger
import PostgresLink

/// `orchestrator finish`: seals a run that is complete.
struct FinishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finish",
    abstract: "Seal a complete run: drop the schema orchestrator from the target.",
    discussion: """
      Verifies first, and changes nothing where anything differs. Afterwards
      resume and reset are refused; status and verify still work from the
      ledger. Interrupted, it can be said again.

      EXAMPLE
        orchestrator verify --deep && orchestrator finish

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Accept that the target has another address or timeline than before.")
  var acceptMoved = false

  func run() async throws {
    let databases = try connections.settings()
    let lock = try LedgerLock(path: ledger.path)
    defer { withExtendedLifetime(lock) {} }
    let finisher = RunFinisher(
      ledger: try Ledger.open(at: ledger.path), databases: databases, acceptsMoved: acceptMoved,
      stop: try StopSignal())
    if try await !finisher.isBegun() {
      try Confirmation(isGiven: yes, command: "finish").ask(
        "Drop the schema orchestrator from the target? resume and reset end with it.",
        otherwise: "nothing was changed")
      try await finisher.verify()
    }
    try await finisher.finish()
    print("finished: the schema orchestrator is gone from the target, the ledger is sealed")
  }
}
