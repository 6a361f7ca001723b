import ArgumentParser
import Ledger
import Runs

/// `orchestrator stop`: asks the process that is at work on a ledger to stop.
struct StopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Ask the process that works on this ledger to stop, and wait until it has.",
    discussion: """
      Jobs in flight may end within ten seconds; what they have not committed
      by then is done again by resume. Committed work is kept. Nothing at work
      is no error.

      EXAMPLE
        orchestrator stop --ledger /var/lib/orchestrator/saturday.ledger

      \(ExitStatus.help)
      """)

  @OptionGroup var ledger: LedgerOption

  func run() async throws {
    let stop = Stop(ledger: ledger.path)
    guard let holder = stop.holder else {
      Terminal.say("nothing is at work on \(ledger.path)")
      return
    }
    Terminal.say(
      "asking process \(holder.pid) to stop: jobs in flight have ten seconds, and what they have not "
        + "committed by then is done again by resume")
    try await stop.run()
    Terminal.say("stopped; committed work is kept. Next: orchestrator resume\(ledger.repeated)")
  }
}
