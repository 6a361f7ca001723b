import Databases
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// `cutover`: ends the window of a run that copied ahead. The sources are at rest: it catches up the
/// difference, publishes every space, and looks once more.
///
/// A crash before the first space is published leaves a run that follows; after it, `resume` and `cutover`
/// go on with the cutover.
package struct Cutover {
  private let ledger: Ledger
  private let databases: DatabaseSettings
  private let choices: Resume.Choices
  private let process: RunProcess

  package init(
    ledger: Ledger, databases: DatabaseSettings, choices: Resume.Choices, process: RunProcess
  ) {
    self.ledger = ledger
    self.databases = databases
    self.choices = choices
    self.process = process
  }

  /// Refuses a run that has nothing to cut over.
  package static func refuseUnlessAhead(_ ledger: Ledger) async throws {
    let run = try await ledger.run()
    try run.refuseFinished(hint: "There is nothing left to cut over.")
    guard try run.settings().isAhead else {
      throw RunError(
        .refused, "the run was not begun with --ahead, so it has no cutover",
        hint: "Run `orchestrator resume`, which publishes each engine when it is copied.")
    }
  }

  package func run() async throws -> RunEnd {
    try await Self.refuseUnlessAhead(ledger)
    let run = try await Resume(
      ledger: ledger, databases: databases, choices: choices, process: process
    ).open()
    return try await Self.goOn(run, process: process)
  }

  /// The cutover of a run of which this process is the writer.
  ///
  /// What stops it leaves a run that `resume` continues.
  static func goOn(_ run: ClaimedRun, process: RunProcess) async throws -> RunEnd {
    async let _ = process.watch(run.sessions)
    async let _ = process.beat(run.control)
    var window = Window(run: run, process: process)
    do {
      return try await window.pass()
    } catch {
      let ended = RunError.interruption(error)
      // A run that has ended on its own, as failed, stays so.
      if try await run.ledger.run().state != .failed {
        try await run.ledger.setRunState(.interrupted, detail: (ended as? RunError)?.message)
      }
      throw ended
    }
  }
}

/// The window itself, part by part.
private struct Window {
  private var run: ClaimedRun
  private let process: RunProcess
  private var parts: [(name: String, spent: Duration)] = []

  init(run: ClaimedRun, process: RunProcess) {
    self.run = run
    self.process = process
  }

  mutating func pass() async throws -> RunEnd {
    try await timed("gate") { window in try await window.passGate() }
    if run.hasUncopied {
      try await timed("copying") { window in try await window.copyRest() }
    }
    try await timed("pass") { window in
      _ = try await Follower(run: window.run, process: window.process).passOverMemories()
    }
    let end = try await timed("rosters and last look") { window in
      try await Work(run: window.run, process: window.process).run()
    }
    let total = parts.reduce(Duration.zero) { $0 + $1.spent }
    let named = parts.map { "\($0.name) \($0.spent.inSeconds)" }.joined(separator: ", ")
    process.observer.note("cutover: \(total.inSeconds) (\(named))")
    return end
  }

  private mutating func timed<Value>(
    _ name: String, _ body: (inout Window) async throws -> Value
  ) async throws -> Value {
    let begun = ContinuousClock.now
    let value = try await body(&self)
    parts.append((name, .now - begun))
    return value
  }

  /// Engines and people that came since the last pass, and what a reset left.
  private mutating func copyRest() async throws {
    _ = try await Work(run: run, process: process, publishes: false).run()
    run.plan = try await run.executor.reconcile()
  }

  /// Locks first, then the snapshots of the pass: a transaction that is open now is in none of them.
  private func passGate() async throws {
    let open = try await OpenDatabases(run.sessions)
    let sources = try await SourcesAtRest(open, run.engines)
    await open.close()
    guard sources.writers.isEmpty else { throw RunError.sourcesInUse(sources.writers) }
    for warning in sources.warnings { process.observer.note(warning) }
  }
}

extension RunError {
  /// Writers at the sources, each named.
  package static func sourcesInUse(_ writers: [String]) -> RunError {
    RunError(
      .refused,
      "the sources are not at rest; nothing was published: " + writers.joined(separator: "; "),
      hint:
        "Stop the old app, and whatever else writes to its databases. Until `orchestrator cutover` "
        + "is run again, `orchestrator resume` follows the sources.")
  }
}

extension ClaimedRun {
  /// Whether people can see a space already.
  var hasPublished: Bool {
    plan.jobs.contains { $0.name.kind == .roster && plan.state(of: $0) == .done }
  }

  /// Whether work other than publishing is left.
  var hasUncopied: Bool {
    plan.jobs.contains { $0.name.kind != .roster && plan.state(of: $0) == .pending }
  }
}
