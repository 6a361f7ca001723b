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

/// `orchestrator reset`: takes engines back out of the target.
struct ResetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Take engines out of the target again, for another rehearsal.",
    discussion: """
      Removes the engine's space, its data schema, and the groups and agents
      that nothing else uses; its jobs become pending again. Each engine is one
      transaction. Is refused if people have already written to the space, and
      while the run is at work.

      EXAMPLE
        orchestrator reset --engine abc123def456 && orchestrator resume

      \(ExitStatus.help)
      """)

  @OptionGroup var ledger: LedgerOption
  @OptionGroup var target: TargetOptions

  @Option(help: ArgumentHelp("Engines to take out, by slug; repeatable.", valueName: "a,b"))
  var engine: [String] = []

  private var slugs: [String] {
    engine.flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  @Flag(help: "Take out every engine, and the identities.")
  var all = false

  @Flag(help: "Do not ask.")
  var yes = false

  @Flag(help: "Take the run over even if its process showed life a moment ago.")
  var takeOver = false

  @Flag(help: "Accept a target whose address or timeline has changed.")
  var acceptMoved = false

  func validate() throws {
    guard !all || slugs.isEmpty else { throw ValidationError("Give --engine or --all, not both.") }
    guard all || !slugs.isEmpty else {
      throw ValidationError("Give --engine <slug> (repeatable), or --all.")
    }
  }

  func run() async throws {
    let settings = try target.settings()
    let lock = try LedgerLock(path: ledger.path)
    defer { withExtendedLifetime(lock) {} }
    let ledger = try Ledger.open(lock)
    let reset = Reset(
      ledger: ledger, target: settings, acceptsMoved: acceptMoved,
      takesOver: takeOver, stop: try StopSignal())
    let slugs = try await reset.engines(named: self.slugs, all: all)
    try Confirmation(isGiven: yes, command: "reset").ask(
      "Remove \(Figures.list(slugs)) from the \(try await RunPlace(ledger).text)?",
      otherwise: "nothing was reset")
    try await reset.run(slugs, withIdentities: all) { slug in
      Terminal.say("reset: \(slug)")
    }
    Terminal.say("run them again with: orchestrator resume\(self.ledger.repeated)")
  }
}
