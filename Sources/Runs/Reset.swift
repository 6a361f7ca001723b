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

/// `reset`: removes engines of a run from its target, one transaction each, and sets their jobs to pending. A
/// crash between two engines leaves the first one removed and the second one as it was.
package struct Reset {
  private let ledger: Ledger
  private let target: ConnectionSettings
  /// Accepts a target whose address or timeline has changed.
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
        hint: "Pass slugs that `orchestrator status` lists.")
    }
    return slugs
  }

  /// - Parameters:
  ///   - withIdentities: removes all migrated users as well; every engine must be among `slugs`.
  ///   - done: called for each engine that has been removed.
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
    try run.recorded.refuseFinished(
      hint: "Begin a new run with a fresh target and another --ledger.")
    async let _ = SilenceWatch(run.sessions).run()
    let target = try await run.sessions.target("reset")
    try await DatabaseBinding(ledger: ledger, acceptsMoved: acceptsMoved)
      .bind([.target: target.identity.fingerprint])
    guard try await RunTables(target).hasRun() else {
      throw RunError(
        .refused, "the target has no schema orchestrator",
        hint: "Check the target's setting. This target holds nothing of the run.")
    }
    let fence = try await run.claim(of: target).takeOver(force: takesOver)
    try await ledger.setEpoch(fence.epoch, detail: "reset")
    let reset = EngineReset(run.writer(on: target, fence))
    for slug in slugs {
      let jobs = try await reset.reset(engine: slug)
      try await ledger.recordReset(engine: slug, jobs: jobs)
      try await RejectedRowExport(ledger: ledger).write()
      done(slug)
    }
    guard withIdentities else { return }
    try await reset.resetIdentities()
    try await ledger.recordReset(engine: nil, jobs: BasePlan.control)
    done("identities")
  }
}
