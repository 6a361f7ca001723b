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

/// A run that this process may write: claimed, planned, and with a ledger that equals the target. `start` and
/// `resume` both create one, and ``Work`` runs its jobs.
struct ClaimedRun {
  /// The values from which it was made, for making it anew.
  let claim: Claim
  /// The target's plan and marks, which the ledger has just followed.
  var plan: MarkedPlan
  /// The engines on which this process works. The ledger's other engines are skipped, or stay failed.
  let engines: [MeasuredEngine]
  let executor: MigrationExecutor
  let logger: Logger

  var ledger: Ledger { claim.ledger }
  var tuning: RunTuning { claim.tuning }
  var sessions: DatabaseSessions { claim.sessions }
  var control: ControlSession { claim.control }
}

/// The values from which a claimed run is made, once this process is the target's writer.
struct Claim {
  let ledger: Ledger
  let binding: RunBinding
  let fence: Fence
  let settings: RunSettings
  let tuning: RunTuning
  let pack: SchemaPack
  let sessions: DatabaseSessions
  /// The control session, which shows other processes a heartbeat from now on.
  let control: ControlSession

  /// Copies the target's facts into the ledger, and closes the sessions with which the run was opened:
  /// each lane opens its own.
  ///
  /// - Parameters:
  ///   - plan: the target's plan, which the ledger has followed.
  ///   - basePlan: the jobs that are planned again if the target loses its plan.
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
      claim: self, plan: plan, engines: engines, executor: executor, logger: logger)
  }
}
