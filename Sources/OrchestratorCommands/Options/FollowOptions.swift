import ArgumentParser
import RunRecord

/// How a run that copies ahead follows its sources.
struct FollowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --ahead: least time between two passes (default: 30s; resume: as before).",
      valueName: "time"),
    transform: DurationArgument.init(argument:))
  var every: DurationArgument?

  @Flag(help: "With --ahead: end after the first pass that began when everything was copied.")
  var once = false

  /// The earlier settings, replaced where an option was passed.
  func applied(to tuning: RunTuning) -> RunTuning {
    var tuning = tuning
    tuning.passEverySeconds = every?.seconds ?? tuning.passEverySeconds
    return tuning
  }
}
