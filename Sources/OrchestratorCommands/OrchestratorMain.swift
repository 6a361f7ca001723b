import ArgumentParser
import Databases
import Foundation
import JobModel
import Ledger
import Logging
import Mapping
import PostgresLink
import RunRecord
import Runs
import Verification

/// The command `orchestrator`.
struct Orchestrator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orchestrator",
    abstract:
      "Move production from the old databases to the new one; continue after any interruption.",
    discussion: """
      EXAMPLE
        export DB_ACCOUNTS=postgresql://…
        export DB_SHARD=postgresql://…
        export DATABASE_URL=postgresql://…
        orchestrator start
        orchestrator status --watch      (in another terminal)
        orchestrator resume              (after any interruption)

      \(ExitStatus.help)
      """,
    version: ToolVersion.current,
    subcommands: [
      SurveyCommand.self, PreflightCommand.self, PlanCommand.self, StartCommand.self,
      ResumeCommand.self, CutoverCommand.self, StopCommand.self,
      StatusCommand.self, VerifyCommand.self, ResetCommand.self, ProvisionCommand.self,
      FinishCommand.self, ExplainCommand.self,
    ])
}

/// Parses, runs, and ends the process with the status that the error says.
package enum OrchestratorMain {
  /// Never returns.
  package static func run() async -> Never {
    // `orchestrator start | head` must not end a run.
    signal(SIGPIPE, SIG_IGN)
    LoggingSystem.bootstrap { _ in TerminalLogHandler() }
    do {
      var command = try Orchestrator.parseAsRoot()
      Invocation.current = Invocation(command)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      end(with: .done)
    } catch {
      finish(with: error)
    }
  }

  private static func finish(with error: any Error) -> Never {
    let code = Orchestrator.exitCode(for: error)
    if code == .success {
      Terminal.say(Orchestrator.fullMessage(for: error))
      end(with: .done)
    }
    if let status = error as? ExitStatus { end(with: status) }
    if code == .validationFailure {
      let suggestion = VerbSuggestion.text(for: Array(CommandLine.arguments.dropFirst()))
      Terminal.complain(
        ([suggestion, Orchestrator.fullMessage(for: error)] as [String?]).compactMap { $0 }
          .joined(separator: "\n"))
      end(with: .usage)
    }
    let invocation = Invocation.current
    let error = CommandError(error, hasRun: invocation.hasRun)
    Terminal.complain("orchestrator: " + NextStep.naming(invocation.ledger, in: "\(error)"))
    end(with: error.status)
  }

  private static func end(with status: ExitStatus) -> Never {
    CancelRequests.finish()
    exit(status.rawValue)
  }
}

extension Invocation {
  fileprivate init(_ command: any ParsableCommand) {
    self.init(
      ledger: (command as? any LedgerCommand)?.ledger.repeated ?? "",
      logFormat: (command as? any RunningCommand)?.output.logFormat ?? .text,
      hasRun: command is ResumeCommand || command is CutoverCommand)
  }
}

/// A command that ends well but with another status than 0 throws it.
extension ExitStatus: Error {}
