import ArgumentParser
import Databases
import Foundation
import Ledger
import PostgresLink
import RunRecord
import Runs

/// `orchestrator cutover`: the window of a run that copied ahead.
struct CutoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cutover",
    abstract: "The window of a run that copied ahead: catch up, publish, look once more.",
    discussion: """
      Stop the old app first. Is refused, and changes nothing, while a
      transaction may be writing at the sources, or if the estimate is above
      --window. A process that follows the sources is asked to stop. Exit
      status 0 means: open the new app. Until the first space is published,
      ^C leads back: run resume to follow the sources again.

      EXAMPLE
        orchestrator cutover --dry-run
        orchestrator cutover --window 2min

      \(ExitStatus.help)
      """)

  @OptionGroup var connections: ConnectionOptions
  @OptionGroup var ledger: LedgerOption
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Print what it would find and how long it would take, and change nothing.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("Refuse if the estimate is longer than this.", valueName: "time"),
    transform: DurationArgument.init(argument:))
  var window: DurationArgument?

  @Flag(help: "Take the run over even if its process showed life a moment ago.")
  var takeOver = false

  @Flag(help: "Accept a database of the run whose address or timeline has changed.")
  var acceptMoved = false

  func run() async throws {
    let databases = try connections.settings()
    try await forecast(databases)
    guard !dryRun else { return }
    let stop = Stop(ledger: ledger.path)
    if let holder = stop.holder {
      Terminal.complain("asking process \(holder.pid), which follows the sources, to stop")
      try await stop.run()
    }
    let lock = try LedgerLock(path: ledger.path)
    let choices = Resume.Choices(
      tuning: { [tuning] in tuning.applied(to: $0) }, packFolder: nil, retriesFailed: true,
      quarantines: false, takesOver: takeOver, acceptsMoved: acceptMoved, userNames: [:])
    try await output.report(ledger: ledger.path) { console in
      try await Cutover(
        ledger: try Ledger.open(lock), databases: databases, choices: choices,
        process: RunProcess(observer: console)
      ).run()
    }
  }

  /// Refuses what cannot be cut over now, before anybody is asked to stop.
  private func forecast(_ databases: DatabaseSettings) async throws {
    let ledger = try Ledger.openReadOnly(at: ledger.path)
    try await Cutover.refuseUnlessAhead(ledger)
    let forecast = try await WindowForecast(
      ledger: ledger, databases: databases, stop: try StopSignal())
    try ledger.close()
    for line in forecast.lines { Terminal.say(line) }
    let writers = forecast.sources.writers
    guard writers.isEmpty else { throw RunError.sourcesInUse(writers) }
    if let window, forecast.duration > .seconds(window.seconds) {
      throw RunError(
        .refused,
        "the window would take about \(Figures.pause(forecast.duration)), which is longer than "
          + "--window \(window.seconds)s; nothing was changed",
        hint: "Wait for another pass of the process that follows, or allow a longer window.")
    }
  }
}

extension WindowForecast {
  /// What a person has to know before the window.
  fileprivate var lines: [String] {
    var lines = [
      "\(rows) rows in \(engines) engines may differ; \(rosters) spaces to publish; about "
        + Figures.pause(duration)
    ]
    if !uncopied.isEmpty {
      lines.append(
        "not copied whole yet: \(uncopied.prefix(10).joined(separator: ", "))"
          + (uncopied.count > 10 ? " and \(uncopied.count - 10) more" : ""))
    }
    lines += sources.warnings
    return lines
  }
}
