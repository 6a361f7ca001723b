import ArgumentParser
import Foundation

/// Where the run's ledger is.
struct LedgerOption: ParsableArguments {
  @Option(
    name: .customLong("ledger"),
    help: ArgumentHelp(
      "The run's ledger, a local file.",
      discussion: "Else ORCHESTRATOR_LEDGER, else ./orchestrator.ledger.", valueName: "path"))
  var argument: String?

  var path: String {
    argument ?? ProcessInfo.processInfo.environment["ORCHESTRATOR_LEDGER"]
      ?? "orchestrator.ledger"
  }
}
