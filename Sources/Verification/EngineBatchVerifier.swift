import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// Verifies several engines with a handful of round trips.
struct EngineBatchVerifier: Sendable {
  let context: VerifyContext
  let isDeep: Bool

  /// The findings of a batch, and the values that later steps need.
  struct Outcome: Sendable {
    var checks: VerifyChecks
    /// R4: the agents of every roster, under the plan's names.
    var agents: [(engine: String, ref: PrincipalRef, id: UUID)] = []
    /// The tables whose memories can be compared: the target's version column, by slug.
    var versions: [String: String] = [:]
  }

  /// - Parameter engines: the engines whose schema exists at the source.
  func verify(_ engines: [VerifyScope.Engine], _ lane: VerifyLane) async throws -> Outcome {
    let slugs = engines.map(\.slug)
    let source = try await SourceEngines(engines, isDeep: isDeep, shard: lane.shard)
    let (spaces, storage) = try await lane.target.inReadOnlySnapshot {
      target throws(PostgresError) in
      (
        try await TargetSpaceReader(target: target).spaces(slugs),
        try await SpaceStorageReader(target: target).storage(slugs)
      )
    }
    var outcome = Outcome(checks: VerifyChecks(deep: isDeep))
    for engine in engines {
      verifyStorage(of: engine, source, storage, &outcome)
      verifyRoster(of: engine, source, spaces[engine.slug] ?? TargetSpace(), &outcome)
    }
    return outcome
  }

  private func verifyStorage(
    of engine: VerifyScope.Engine, _ source: SourceEngines, _ storage: SpaceStorage,
    _ outcome: inout Outcome
  ) {
    guard let counts = source.counts[engine.slug] else { return }
    StorageVerifier(
      engine: engine, source: counts, found: storage.counts[engine.slug],
      indexes: storage.indexes[engine.slug] ?? [:], noted: context.indexes[engine.slug] ?? [:]
    ).verify(&outcome.checks)
    if storage.columns[engine.slug] != nil {
      outcome.versions[engine.slug] = storage.version(of: engine.slug)
    }
  }

  private func verifyRoster(
    of engine: VerifyScope.Engine, _ source: SourceEngines, _ found: TargetSpace,
    _ outcome: inout Outcome
  ) {
    guard let old = context.engines[engine.slug], let access = source.access[engine.schema] else {
      return
    }
    let plan: RosterRows
    do throws(MappingError) {
      plan = try context.plan(old, access)
    } catch {
      outcome.checks[.members].fail(VerifyFinding(engine: engine.slug, "\(error)"))
      return
    }
    RosterVerifier(
      plan: plan, found: found, invitations: context.control.invitations[old.orgID] ?? [],
      lapsed: context.scope.settings.includesInvitations
        ? context.control.lapsedInvitations(of: old.orgID) : []
    ).verify(&outcome.checks)
    let names = RosterNames(plan: plan, found: found)
    for member in found.members where member.ownerID != nil {
      outcome.agents.append((engine.slug, names.named(member.ref), member.id))
    }
    guard found.row != nil, let rule = source.rules[engine.slug] else { return }
    let told = ParityVerifier(
      engine: engine.slug, access: access, plan: plan, found: found, recorded: context.recorded
    ).verify(&outcome.checks)
    OldRuleVerifier(
      engine: engine.slug, rule: rule, found: found, plan: plan,
      admins: context.control.admins(of: old.orgID), recorded: context.recorded
    ).verify(leavingOut: told, &outcome.checks)
  }
}
