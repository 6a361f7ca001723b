import Databases
import JobModel
import Ledger
import Logging
import Mapping
import Migration
import OldModel
import Planning
import RunRecord
import Scheduling
import SchemaPack
import Verification

/// A run that this process may write: claimed, planned, and its ledger made equal to the target. `start` and
/// `resume` both end up with one, and ``Work`` runs its jobs.
struct ClaimedRun {
  let ledger: Ledger
  let tuning: RunTuning
  /// The target's plan and marks, which the ledger has just followed.
  let plan: MarkedPlan
  /// The engines that this process works on; the ledger's others are skipped, or stay failed.
  let engines: [MeasuredEngine]
  let sessions: DatabaseSessions
  let control: ControlSession
  let executor: MigrationExecutor
  let logger: Logger
}

/// The values from which a claimed run is made, once the target is this process's to write.
struct Claim {
  let ledger: Ledger
  let binding: RunBinding
  let fence: Fence
  let settings: RunSettings
  let tuning: RunTuning
  let pack: SchemaPack
  let sessions: DatabaseSessions
  /// The control session, whose heartbeat others see from now on.
  let control: ControlSession

  /// Copies what jobs have told the target into the ledger, and closes the sessions over which the run was
  /// decided: each lane opens its own.
  ///
  /// - Parameters:
  ///   - plan: the target's, which the ledger has followed.
  ///   - basePlan: the jobs that are planned again should the target lose even its plan.
  func begin(
    _ databases: OpenDatabases, plan: MarkedPlan, engines: [MeasuredEngine], basePlan: [Job]
  ) async throws -> ClaimedRun {
    try await ledger.follow(RunTables(databases.target))
    let budget = try await BuildBudget(server: databases.target, builds: tuning.indexBuilds)
    let gate = TargetGate(bound: databases.identities)
    await databases.close()
    let logger = Logger(label: "orchestrator")
    let executor = MigrationExecutor(
      fence: FenceStatement(run: binding, fence: fence), settings: settings, tuning: tuning,
      pack: pack, budget: budget, engines: engines, basePlan: basePlan, sessions: sessions,
      gate: gate, control: control, logger: logger)
    return ClaimedRun(
      ledger: ledger, tuning: tuning, plan: plan, engines: engines, sessions: sessions,
      control: control, executor: executor, logger: logger)
  }
}
