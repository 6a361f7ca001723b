import ArgumentParser
import Databases
import Foundation
import Ledger
import Mapping
import Planning
import PostgresLink
import RunRecord
import Runs
import Scheduling
import Verification

/// `orchestrator finish`: seals a run that is complete.
struct FinishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finish",
    abstract: "Seal a complete run: drop the schema orchestrator from the target.",
    discussion: """
      Verifies first, as verify --deep does, and changes nothing if anything
      differs. If people already work in the target, contents may differ for
      that reason: --no-deep leaves out the checks that only --deep makes.
      Afterwards resume and reset are refused; status and verify still work
      from the ledger. If finish is interrupted at any point, run it again.

      EXAMPLE
        orchestrator finish
        orchestrator finish --no-deep --yes

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(inversion: .prefixedNo, help: "Verify as verify --deep does.")
  var deep = true

  @Flag(help: "Accept a target whose address or timeline has changed.")
  var acceptMoved = false

  func run() async throws {
    let databases = try connections.settings()
    let lock = try LedgerLock(path: ledger.path)
    defer { withExtendedLifetime(lock) {} }
    let ledger = try Ledger.open(lock)
    let finish = Finish(
      ledger: ledger, databases: databases,
      acceptsMoved: acceptMoved, stop: try StopSignal())
    if try await !finish.isBegun() {
      try Confirmation(isGiven: yes, command: "finish").ask(
        "Drop the schema orchestrator from the \(try await RunPlace(ledger).text)? "
          + "resume and reset end with it.",
        otherwise: "nothing was changed")
      try await finish.verify(deep: deep)
    }
    try await finish.run()
    Terminal.say("finished: the schema orchestrator is gone from the target, the ledger is sealed")
  }
}
