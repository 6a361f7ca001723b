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
  static func goOn(_ run: ClaimedRun, process: RunProcess) async throws -> RunEnd {
    try await Window(run: run, process: process).run()
  }
}

/// The window itself, part by part.
private struct Window {
  let run: ClaimedRun
  let process: RunProcess

  private var ledger: Ledger { run.ledger }

  func run() async throws -> RunEnd {
    var parts: [(name: String, spent: Duration)] = []
    func timed<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
      let begun = ContinuousClock.now
      let value = try await body()
      parts.append((name, .now - begun))
      return value
    }
    try await interruptible {
      try await timed("gate") { try await passGate() }
      if run.hasUncopied {
        try await timed("copying") {
          _ = try await Work(run: run, process: process, publishes: false).run()
        }
      }
      try await timed("pass") {
        _ = try await Follower(run: run, process: process).passOverMemories()
      }
    }
    let end = try await timed("rosters and last look") {
      try await Work(run: run, process: process).run()
    }
    let total = parts.reduce(Duration.zero) { $0 + $1.spent }
    process.observer.note(
      "cutover: \(total.inSeconds) ("
        + parts.map { "\($0.name) \($0.spent.inSeconds)" }
        .joined(separator: ", ") + ")")
    return end
  }

  /// With heartbeat and silence watch beside it. What stops it leaves a run that `resume` continues.
  private func interruptible(_ body: () async throws -> Void) async throws {
    async let _ = process.watch(run.sessions)
    async let _ = process.beat(run.control)
    do {
      try await body()
    } catch {
      let ended = RunError.interruption(error)
      try await ledger.setRunState(.interrupted, detail: (ended as? RunError)?.message)
      throw ended
    }
  }

  /// Locks first, then the snapshots of the pass: a transaction that is open now is in none of them.
  private func passGate() async throws {
    let open = try await OpenDatabases(run.sessions)
    var writers: [String] = []
    var sessions = 0
    for gate in WindowForecast.gates(open, run.engines) {
      let finding = try await gate.pass()
      writers += finding.writers
      sessions += finding.sessions
    }
    for name in WindowForecast.standbys(open) {
      process.observer.note(
        "\(name) is a standby: transactions that are open on its primary cannot be seen here")
    }
    await open.close()
    guard writers.isEmpty else { throw RunError.sourcesInUse(writers) }
    guard sessions > 0 else { return }
    process.observer.note(
      "\(sessions) sessions of others are connected to the sources; none writes")
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
