import ArgumentParser
import Databases
import JobModel
import PostgresLink
import SchemaPack

/// The form of a run's output.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "text or json: one line of text, or one JSON object, for each event.",
      valueName: "text|json"))
  var logFormat: LogFormat = .text
}

/// The form of a run's events.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// A command that runs jobs and reports them.
protocol RunningCommand {
  var output: OutputOptions { get }
}

extension StartCommand: RunningCommand {}
extension ResumeCommand: RunningCommand {}
extension CutoverCommand: RunningCommand {}
