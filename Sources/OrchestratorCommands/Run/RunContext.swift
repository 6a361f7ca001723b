import Foundation
import JobModel
import Ledger
import Logging
import Migration
import PostgresLink
import SchemaPack

/// A run that this process may write: claimed, planned and reconciled; what `start` and `resume` both
/// end up with.
struct RunContext {
  var ledger: Ledger
  var environment: JobEnvironment
  /// The target's plan and marks, as the ledger has just followed them.
  var evidence: TargetEvidence
  /// The engines that this process works on; others of the ledger are skipped, or left failed.
  var engines: [EngineContext]
  var budget: BuildBudget
}
