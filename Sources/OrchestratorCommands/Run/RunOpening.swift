import Foundation
import JobModel
import Ledger
import Logging
import Migration
import PostgresLink
import SchemaPack

/// The last steps before jobs run, the same for `start` and `resume`.
struct RunOpening {
  let ledger: Ledger
  let run: RunBinding
  let settings: RunSettings
  let tuning: RunTuning
  let pack: SchemaPack
  let sessions: RunSessions

  var target: TargetClaim {
    TargetClaim(target: sessions.target, factory: sessions.factory, run: run)
  }

  /// For what is written beside the jobs.
  func held(_ fence: Fence) -> HeldRun {
    HeldRun(target: sessions.target, run: run, fence: fence)
  }

  /// Makes an empty target this run's.
  func claim(plan: [Job]) async throws -> Fence {
    let fence = try await target.claim(
      settings, packHash: pack.hash, toolVersion: ToolVersion.current,
      databases: sessions.identities, plan: plan)
    try await ledger.setEpoch(fence.epoch, detail: "claimed the target")
    return fence
  }

  /// Makes the ledger follow the target, and closes the sessions: each job lane opens its own.
  func context(
    fence: Fence, engines: [EngineContext], basePlan: [Job]
  ) async throws -> RunContext {
    let state = TargetState(sessions.target)
    try await held(fence).plan(basePlan)
    let evidence = try await follow()
    try await ledger.recordFacts(of: try await state.readFacts())
    try await ledger.replaceRejectedRows(try await state.readRejected())
    let budget = try await BuildBudget(server: sessions.target, builds: tuning.indexBuilds)
    let gate = TargetGate(bound: sessions.identities)
    let control = ControlSession(factory: sessions.factory, run: run, fence: fence)
    await sessions.close()
    let environment = JobEnvironment(
      settings: settings, tuning: tuning, pack: pack, run: run, fence: fence,
      engines: Dictionary(uniqueKeysWithValues: engines.map { ($0.slug, $0) }),
      factory: sessions.factory, gate: gate, control: control, basePlan: basePlan,
      logger: Logger(label: "orchestrator"))
    return RunContext(
      ledger: ledger, environment: environment, evidence: evidence, engines: engines,
      budget: budget)
  }

  /// Makes the ledger's engines and jobs those of the target, and returns what that holds.
  func follow() async throws -> TargetEvidence {
    let evidence = try await TargetState(sessions.target).readPlan()
    try await addUnknownEngines(of: evidence)
    _ = try await ledger.reconcile(with: Array(evidence.marks.values), plan: evidence.jobs)
    return evidence
  }

  /// After a rebuild the ledger knows no engine yet; what the sources say of them comes later.
  private func addUnknownEngines(of evidence: TargetEvidence) async throws {
    let known = Set(try await ledger.engines().map(\.slug))
    let unknown = Set(evidence.jobs.compactMap(\.name.engine)).subtracting(known)
    try await ledger.saveEngines(
      unknown.sorted().map { slug in
        EngineRecord(
          slug: slug, id: nil, name: "", expectedRows: 0, expectedBytes: 0)
      })
  }
}
