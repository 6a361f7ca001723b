import JobModel
import Mapping
import OldModel
import RunRecord

/// The list of engines that are verified, and the findings about that list (E1–E3).
struct EngineList {
  let scope: VerifyScope
  let control: SourceControlPlane
  /// The schemas of the shard.
  let schemas: Set<String>
  /// The gaps that keep migrated engines from being read.
  let gaps: [SourceGap]

  /// The engines that can be compared: migrated, and still at the source.
  var present: [VerifyScope.Engine] {
    let engines = Set(control.engines.map(\.slug))
    let unreadable = Set(gaps.map(\.schema))
    return scope.engines.filter {
      engines.contains($0.slug) && schemas.contains($0.schema) && !unreadable.contains($0.schema)
    }
  }

  /// - Parameters:
  ///   - spaces: slugs of `core.space`.
  ///   - spaceSchemas: the target's schemas of spaces.
  func verify(
    spaces: [String], spaceSchemas: Set<String>, _ checks: inout VerifyChecks
  ) {
    let present = Set(present.map(\.slug))
    for engine in control.engines where present.contains(engine.slug) && engine.status != "active" {
      checks[.engines].note(
        VerifyFinding(
          engine: engine.slug, rule: "E1",
          "was migrated while it was active, and is \(engine.status) at the source now"))
    }
    checks[.engines].looked += present.count
    for engine in scope.engines where !present.contains(engine.slug) {
      let gap = gaps.first { $0.schema == engine.schema }
      checks[.engines].fail(
        VerifyFinding(
          engine: engine.slug,
          gap.map { "was migrated, but cannot be read at the source any more: \($0.message)" }
            ?? "was migrated, but is gone from the source: nothing to compare with"))
    }
    for engine in scope.unverified {
      let finding = VerifyFinding(engine: engine.slug, "is not verified: \(engine.state)")
      if engine.isSkipped {
        checks[.engines].note(finding)
      } else {
        checks[.engines].fail(finding)
      }
    }
    verifyNewEngines(&checks)
    verifySurplus(spaces, &checks)
    verifyStraySchemas(spaceSchemas, spaces, &checks)
  }

  /// Engines that appeared since, or whose reason for being left out no longer holds.
  private func verifyNewEngines(_ checks: inout VerifyChecks) {
    let chosen = EngineSelection(
      engines: control.engines, schemas: schemas,
      requested: scope.settings.engines.map { Set($0) }
    ).chosen.map(\.slug)
    let known = Set(scope.engines.map(\.slug))
      .union(scope.unverified.filter { !$0.isSkipped }.map(\.slug))
    for slug in chosen where !known.contains(slug) {
      checks[.engines].fail(
        VerifyFinding(engine: slug, "is active at the source and was not migrated"))
    }
  }

  /// A schema without a space holds memories that nobody can reach: of an unfinished engine, or of none.
  private func verifyStraySchemas(
    _ schemas: Set<String>, _ spaces: [String], _ checks: inout VerifyChecks
  ) {
    let explained = Set(
      (spaces + scope.engines.map(\.slug) + scope.unverified.filter { !$0.isSkipped }.map(\.slug))
        .map(SpaceSchema.name))
    for schema in schemas.subtracting(explained).sorted() {
      checks[.spaces].fail(
        VerifyFinding(
          engine: nil, row: schema, "the target has the schema \(schema) without a space"))
    }
  }

  private func verifySurplus(_ spaces: [String], _ checks: inout VerifyChecks) {
    let migrated = Set(scope.engines.map(\.slug))
    for slug in spaces.sorted() where !migrated.contains(slug) {
      checks[.spaces].fail(
        VerifyFinding(engine: slug, "the target has this space, which the run did not finish"))
    }
  }
}
