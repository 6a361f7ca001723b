import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// The run of `start --ahead`: copies and indexes everything while the sources are live, publishes nothing,
/// and then follows the sources, pass after pass, until it is stopped.
///
/// A crash leaves what is committed. `resume` goes on from there.
struct Ahead {
  private let once: Bool
  private let process: RunProcess
  private let first: ClaimedRun

  private var ledger: Ledger { first.ledger }

  /// - Parameter once: ends after the first pass that began when everything was copied.
  init(run: ClaimedRun, once: Bool, process: RunProcess) {
    first = run
    self.once = once
    self.process = process
  }

  /// The time between two passes where no other is asked for.
  private static let passEvery = Duration.seconds(30)
  /// A pass that cannot reach a server is tried again after this.
  private static let retryEvery = Duration.seconds(2)

  func run() async throws -> RunEnd {
    var run = first
    process.observer.note("copying ahead: nothing is published before a cutover")
    while true {
      _ = try await Work(run: run, process: process, publishes: false).run()
      if let end = try await follow(run) { return end }
      run = try await planAgain(run)
    }
  }

  /// Passes until something else than rows has changed at the sources; returns the end of the run where only
  /// one pass was asked for.
  private func follow(_ run: ClaimedRun) async throws -> RunEnd? {
    async let _ = process.watch(run.sessions)
    async let _ = process.beat(run.control)
    async let _ = process.heed(StopRequest(ledger: ledger.path))
    var follower = Follower(run: run, process: process)
    var patience = Patience(run.tuning)
    while true {
      let begun = ContinuousClock.now
      do {
        guard let pass = try await follower.pass() else { return nil }
        patience.succeeded()
        if once { return try await end() }
        try await rest(until: begun + max(every(run), pass.look * 20))
      } catch {
        if try await isLost(error, &patience) { return nil }
        try await rest(until: .now + Self.retryEvery)
      }
    }
  }

  private func end() async throws -> RunEnd {
    let hasFailed = try await ledger.engines().contains { [.failed, .drifted].contains($0.state) }
    try await ledger.setRunState(
      .interrupted,
      detail: hasFailed ? "copied ahead, but for engines that failed" : "everything is copied ahead"
    )
    return hasFailed ? .enginesFailed : .copiedAhead
  }

  private func every(_ run: ClaimedRun) -> Duration {
    run.tuning.passEverySeconds.map { .seconds($0) } ?? Self.passEvery
  }

  private func rest(until moment: ContinuousClock.Instant) async throws {
    while ContinuousClock.now < moment {
      guard !process.stop.isRaised else { throw try await stopped() }
      try await Task.sleep(for: min(.milliseconds(200), moment - .now))
    }
  }

  /// Whether the run has to be planned again. Throws what ends it.
  private func isLost(_ error: any Error, _ patience: inout Patience) async throws -> Bool {
    guard !process.stop.isRaised else { throw try await stopped() }
    let failure: JobFailure
    switch error {
    case let error as JobFailure: failure = error
    case let error as PostgresError where error.isTransient:
      failure = JobFailure(fate: .retry, message: error.problem, hint: error.hint)
    default: throw try await ended(RunError.interruption(error))
    }
    patience.failed()
    switch failure.fate {
    case .reconcile: return true
    case .retry where !patience.isOver:
      process.observer.note("the pass is tried again: \(failure.message)")
      return false
    case .fenced: throw try await ended(RunError(.refused, failure.message, hint: failure.hint))
    case .interrupted: throw try await stopped()
    case .retry, .stopRun, .failEngine, .drifted:
      throw try await ended(
        RunError(
          .interrupted, "gave up: \(failure.message)",
          hint: [failure.hint, "Then run `orchestrator resume`."].compactMap { $0 }
            .joined(separator: " ")))
    }
  }

  private func stopped() async throws -> RunError {
    try await ended(
      RunError(
        .interrupted, "stopped; everything that is copied is kept",
        hint: "Run `orchestrator resume` to follow the sources again, or `orchestrator cutover`."))
  }

  private func ended<Ended: Error>(_ error: Ended) async throws -> Ended {
    try await ledger.setRunState(.interrupted, detail: (error as? RunError)?.message)
    return error
  }

  /// Adopts what has changed, as a resume does, without taking over.
  private func planAgain(_ run: ClaimedRun) async throws -> ClaimedRun {
    var patience = Patience(run.tuning)
    while true {
      do {
        let open = try await OpenDatabases(run.sessions)
        let plan = try await RunTables(open.target).readPlan()
        try await ledger.reconcile(with: plan)
        return try await Continuation(
          claim: run.claim, retriesFailed: false, observer: process.observer
        ).begin(open, plan)
      } catch {
        _ = try await isLost(error, &patience)
        try await rest(until: .now + Self.retryEvery)
      }
    }
  }
}

/// How long a process goes on without a pass that succeeds.
private struct Patience {
  private let begun = ContinuousClock.now
  private var setbacks: Setbacks

  init(_ tuning: RunTuning) {
    setbacks = Setbacks(policy: RetryPolicy(giveUpAfter: .seconds(tuning.giveUpAfterSeconds)))
  }

  mutating func succeeded() { setbacks.succeeded(at: .now - begun) }
  mutating func failed() { setbacks.failed(at: .now - begun) }

  var isOver: Bool { setbacks.isHopeless }
}
