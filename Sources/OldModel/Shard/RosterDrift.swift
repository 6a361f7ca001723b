import Databases
import JobModel
import Mapping
import PostgresLink

/// Finds published engines whose people and rights have changed at the source since. They are not copied
/// again, because the app may have changed them in the target, too.
package struct RosterDrift {
  private let accounts: PostgresConnection
  private let shard: PostgresConnection
  private let includesInvitations: Bool

  package init(accounts: PostgresConnection, shard: PostgresConnection, includesInvitations: Bool) {
    self.accounts = accounts
    self.shard = shard
    self.includesInvitations = includesInvitations
  }

  /// A warning for each published engine whose roster would be different today.
  ///
  /// - Parameter engines: the engines that the source still has, with their schemas.
  package func warnings(
    for engines: [MeasuredEngine], plan: MarkedPlan
  ) async throws -> [MigrationWarning] {
    let published = engines.filter { fingerprint(of: $0, plan) != nil }
    guard !published.isEmpty else { return [] }
    let control = try await SourceControlPlane(accounts: accounts)
    let gaps = try await EngineReader(accounts: accounts, shard: shard)
      .gaps(in: published.map(\.engine))
    var warnings = published.compactMap { engine in
      gaps[engine.schema].map { warning(engine, unreadable: $0) }
    }
    let readable = published.filter { gaps[$0.schema] == nil }
    for batch in readable.batches(of: enginesPerStatement) {
      let access = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
        try await ShardReader(connection: shard).access(of: batch.map(\.schema))
      }
      for engine in batch {
        guard let then = fingerprint(of: engine, plan) else { continue }
        let moved = parts(of: engine, control, access[engine.schema] ?? OldAccess(), since: then)
        guard !moved.isEmpty else { continue }
        warnings.append(warning(engine, moved))
      }
    }
    return warnings
  }

  private func fingerprint(
    of engine: MeasuredEngine, _ plan: MarkedPlan
  ) -> RosterRows.Fingerprint? {
    plan.marks[.roster(engine: engine.slug)]?.fingerprint.map {
      RosterRows.Fingerprint(text: $0)
    }
  }

  private func parts(
    of engine: MeasuredEngine, _ control: SourceControlPlane, _ access: OldAccess,
    since then: RosterRows.Fingerprint
  ) -> [String] {
    do throws(MappingError) {
      let plan = try control.roster(
        of: engine.engine, access, includesInvitations: includesInvitations)
      return plan.fingerprint.parts(differingFrom: then)
    } catch {
      return ["people"]
    }
  }

  /// The published space stays. Only the comparison is no longer possible.
  private func warning(_ engine: MeasuredEngine, unreadable gap: SourceGap) -> MigrationWarning {
    MigrationWarning(
      rule: "drift", engine: engine.slug, row: nil,
      message: "the source can no longer be compared with the published space: \(gap.message)")
  }

  private func warning(_ engine: MeasuredEngine, _ parts: [String]) -> MigrationWarning {
    MigrationWarning(
      rule: "drift", engine: engine.slug, row: nil,
      message:
        "\(parts.joined(separator: ", ")) changed at the source after the space was published"
        + "; to migrate the change: orchestrator reset --engine \(engine.slug), then resume")
  }
}
