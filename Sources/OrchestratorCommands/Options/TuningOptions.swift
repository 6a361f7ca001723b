import ArgumentParser
import Databases
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import RunRecord
import Runs
import Scheduling
import SchemaPack
import Verification

/// Settings that change the speed of a run, never its result. A resume may change them.
struct TuningOptions: ParsableArguments {
  @Option(help: "Engines copied at the same time (default: 8; resume: as before).")
  var workers: Int?

  @Option(help: "Ranges read from the shard at the same time (default: 4; resume: as before).")
  var streams: Int?

  @Option(help: "Index builds at the same time (default: 2; resume: as before).")
  var indexBuilds: Int?

  @Option(
    help: ArgumentHelp(
      "Limit of all copies together, such as 20MB/s, or none (default: none; resume: as before).",
      valueName: "rate"),
    transform: RateLimit.init(argument:))
  var rateLimit: RateLimit?

  @Option(
    help: ArgumentHelp(
      "Stop after this long without any progress (default: 15min; resume: as before).",
      valueName: "time"),
    transform: DurationArgument.init(argument:))
  var giveUpAfter: DurationArgument?

  @Option(
    help: ArgumentHelp(
      "Whether chunks wait for the target's disk (default: on; resume: as before).",
      valueName: "on|off"))
  var synchronousCommit: OnOff?

  func validate() throws {
    for (name, value) in [
      ("workers", workers), ("streams", streams), ("index-builds", indexBuilds),
    ] {
      guard value.map({ (1...100).contains($0) }) ?? true else {
        throw ValidationError("--\(name) must be between 1 and 100.")
      }
    }
  }

  /// The earlier settings, replaced where an option was passed.
  func applied(to tuning: RunTuning) -> RunTuning {
    RunTuning(
      workers: workers ?? tuning.workers, streams: streams ?? tuning.streams,
      indexBuilds: indexBuilds ?? tuning.indexBuilds,
      bytesPerSecondMax: rateLimit.map(\.bytesPerSecond) ?? tuning.bytesPerSecondMax,
      giveUpAfterSeconds: giveUpAfter?.seconds ?? tuning.giveUpAfterSeconds,
      synchronousCommit: synchronousCommit.map { $0 == .on } ?? tuning.synchronousCommit,
      passEverySeconds: tuning.passEverySeconds)
  }
}

/// A switch with the values `on` and `off`.
enum OnOff: String, ExpressibleByArgument, CaseIterable {
  case on, off
}
