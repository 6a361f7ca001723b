import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import Verification

/// `reset`: takes engines of a run back out of its target, one transaction each, and sets their jobs to
/// pending. A crash between two engines leaves the first taken back and the second as it was.
package struct Reset {
  private let ledger: Ledger
  private let target: ConnectionSettings
  /// Accepts that the target has another address or timeline than before.
  private let acceptsMoved: Bool
  private let takesOver: Bool
  private let stop: StopSignal

  package init(
    ledger: Ledger, target: ConnectionSettings, acceptsMoved: Bool, takesOver: Bool,
    stop: StopSignal
  ) {
    self.ledger = ledger
    self.target = target
    self.acceptsMoved = acceptsMoved
    self.takesOver = takesOver
    self.stop = stop
  }

  /// The slugs to reset, checked against the ledger.
  package func engines(named slugs: [String], all: Bool) async throws -> [String] {
    let known = try await ledger.engines().filter { $0.state != .skipped }.map(\.slug)
    guard !all else { return known }
    let unknown = slugs.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw RunError(
        .usage, "not an engine of this run: \(unknown.joined(separator: ", "))",
        hint: "orchestrator status lists the engines by their slugs.")
    }
    return slugs
  }

  /// - Parameters:
  ///   - withIdentities: takes everybody who was migrated back as well; every engine must be among `slugs`.
  ///   - done: told of each engine that has been taken back.
  package func run(
    _ slugs: [String], withIdentities: Bool, done: (String) -> Void
  ) async throws {
    do {
      try await takeBack(slugs, withIdentities: withIdentities, done: done)
    } catch let refusal as EngineReset.Refusal {
      throw RunError(refusal)
    }
  }

  private func takeBack(
    _ slugs: [String], withIdentities: Bool, done: (String) -> Void
  ) async throws {
    let run = try await OpenRun(ledger, DatabaseSettings(target: target), stop: stop)
    try run.recorded.refuseFinished(hint: "Nothing of it can be taken back with this tool.")
    async let _ = SilenceWatch(run.sessions).run()
    let target = try await run.sessions.target("reset")
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind([.target: target.identity.fingerprint])
    guard try await RunTables(target).hasRun() else {
      throw RunError(
        .refused, "the target has no schema orchestrator",
        hint: "There is nothing of this run to take back. Check the target's setting.")
    }
    let fence = try await run.claim(of: target).takeOver(force: takesOver)
    try await ledger.setEpoch(fence.epoch, detail: "reset")
    let reset = EngineReset(run.writer(on: target, fence))
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
}
