import Databases
import JobModel
import Ledger
import Mapping
import Migration
import OldModel
import PostgresLink
import RunRecord

/// The last look at the sources before a run is complete: what was written there after it was copied is in no
/// published space.
struct LastLook {
  let run: ClaimedRun

  private var settings: RunSettings { run.claim.settings }

  /// The published engines that have moved, each with the reason. Empty where the sources stood still.
  func late() async throws -> [String: String] {
    let published = Set(
      try await run.ledger.engines().filter { $0.state == .done }.map(\.slug))
    let engines = run.engines.filter { published.contains($0.slug) }
    guard !engines.isEmpty else { return [:] }
    let open = try await OpenDatabases(run.sessions)
    var late: [String: String] = [:]
    for warning in try await rosterDrift(engines, open) {
      if let engine = warning.engine { late[engine] = warning.message }
    }
    await open.close()
    for (engine, rows) in try await run.executor.lateRows(of: engines) {
      late[engine] = reason(engine, rows)
    }
    return late
  }

  /// Of a run that ends with a cutover, people and rights must stand still, too.
  private func rosterDrift(
    _ engines: [MeasuredEngine], _ open: OpenDatabases
  ) async throws -> [MigrationWarning] {
    guard settings.isAhead else { return [] }
    return try await RosterDrift(
      accounts: open.accounts, shard: open.shard,
      includesInvitations: settings.includesInvitations
    ).warnings(for: engines, plan: try await RunTables(open.target).readPlan())
  }

  private func reason(_ engine: String, _ rows: Int) -> String {
    let remedy =
      settings.isAhead
      ? "run orchestrator cutover again"
      : "run orchestrator reset --engine \(engine), then resume"
    let memories = rows == 1 ? "1 memory was" : "\(rows) memories were"
    return
      "\(memories) written at the source after the copy: stop whatever still writes there, then "
      + remedy
  }
}
