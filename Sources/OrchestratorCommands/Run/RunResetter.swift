import Foundation
import JobModel
import Ledger
import Migration
import PostgresLink

/// Takes engines of a run back out of its target, and sets their jobs to pending.
struct RunResetter {
  let ledger: Ledger
  let settings: ConnectionSettings
  /// Accepts that the target has another address or timeline than before.
  let acceptsMoved: Bool
  let stop: StopSignal

  /// The slugs to reset, checked against the ledger.
  func engines(named slugs: [String], all: Bool) async throws -> [String] {
    let known = try await ledger.engines().filter { $0.state != .skipped }.map(\.slug)
    guard !all else { return known }
    let unknown = slugs.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw CommandError(
        .usage, "not an engine of this run: \(unknown.joined(separator: ", "))",
        hint: "orchestrator status lists the engines by their slugs.")
    }
    return slugs
  }

  /// - Parameter done: told of each engine that has been taken back.
  func reset(
    _ slugs: [String], withIdentities: Bool, takesOver: Bool, done: (String) -> Void
  ) async throws {
    let recorded = try await ledger.run()
    try refuseEnded(recorded.state)
    let run = RunBinding(
      id: recorded.identity.id, instance: InstanceID(rawValue: UUID()), place: .current)
    let resultSettings = try JSONDecoder().decode(
      RunSettings.self, from: Data(recorded.identity.resultSettings.utf8))
    let factory = SessionFactory(
      target: settings, run: run.id, instance: run.instance, owner: resultSettings.owner,
      stop: stop)
    async let _ = SilenceWatch(factory: factory).run()
    let target = try await factory.target("reset")
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind([.target: target.identity.fingerprint])
    guard try await TargetState(target).hasRun() else {
      throw CommandError(
        .refused, "the target has no schema orchestrator",
        hint: "There is nothing of this run to take back. Check the target's setting.")
    }
    let fence = try await TargetClaim(target: target, factory: factory, run: run)
      .takeOver(force: takesOver)
    try await ledger.setEpoch(fence.epoch, detail: "reset")
    let reset = EngineReset(HeldRun(target: target, run: run, fence: fence))
    for slug in slugs {
      let jobs = try await reset.reset(engine: slug)
      try await ledger.recordReset(engine: slug, jobs: jobs)
      done(slug)
    }
    guard withIdentities else { return }
    try await reset.resetIdentities()
    try await ledger.recordReset(engine: nil, jobs: BasePlan.control)
    done("identities")
  }

  private func refuseEnded(_ state: RunState) throws {
    switch state {
    case .planning, .running, .interrupted, .failed, .complete: return
    case .finishing, .finished:
      throw CommandError(
        .refused, "the run is finished: what it migrated is production now",
        hint: "Nothing of it can be taken back with this tool.")
    }
  }
}
