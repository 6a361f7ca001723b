import Databases
import Foundation
import JobModel
import Ledger
import Mapping
import OldModel
import Planning
import PostgresLink
import RunRecord
import Scheduling
import SchemaPack

/// A recorded run, opened by a process that holds its ledger's lock, with the sessions of this process.
struct OpenRun {
  let ledger: Ledger
  /// The run in the ledger when it was opened.
  let recorded: LedgerRun
  let settings: RunSettings
  let binding: RunBinding
  let sessions: DatabaseSessions

  /// - Parameter databases: the databases that the command uses.
  init(_ ledger: Ledger, _ databases: DatabaseSettings, stop: StopSignal) async throws {
    self.ledger = ledger
    recorded = try await ledger.run()
    settings = try recorded.settings()
    binding = RunBinding(
      id: recorded.identity.id, instance: InstanceID(rawValue: UUID()), place: .current)
    sessions = DatabaseSessions(
      databases: databases, names: .run(binding.id, instance: binding.instance),
      owner: settings.owner, stop: stop)
  }

  func claim(of target: PostgresConnection) -> TargetClaim {
    TargetClaim(target: target, sessions: sessions, run: binding)
  }

  func writer(on target: PostgresConnection, _ fence: Fence) -> FencedWriter {
    FencedWriter(target: target, run: binding, fence: fence)
  }
}

extension LedgerRun {
  /// The settings that decide the result.
  package func settings() throws -> RunSettings {
    try decodeJSON(RunSettings.self, identity.resultSettings)
  }

  /// The settings that decide how fast it goes.
  package func tuning() throws -> RunTuning {
    try decodeJSON(RunTuning.self, identity.tuningSettings)
  }

  /// Refuses a run that `finish` has ended.
  func refuseFinished(hint: String) throws(RunError) {
    switch state {
    case .planning, .running, .interrupted, .failed, .complete: return
    case .finishing, .finished:
      throw RunError(.refused, "the run is finished: its data is production now", hint: hint)
    }
  }
}
