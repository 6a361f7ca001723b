import Foundation
import JobModel
import Mapping
import OldModel
import RunRecord

/// The data that every part of a verification needs, read once.
struct VerifyContext: Sendable {
  let scope: VerifyScope
  let control: SourceControlPlane
  /// Engines of the source, by slug.
  let engines: [String: OldEngine]
  /// By engine and index name.
  let indexes: [String: [String: NotedIndex]]
  /// R5, R10, R11: the recorded warnings, as `rule/engine/row`.
  let recorded: Set<String>
  /// I6: principal names given for identities, at the start and at resumes.
  let userNames: [String: String]

  init(
    scope: VerifyScope, control: SourceControlPlane, facts: [Fact]
  ) throws {
    self.scope = scope
    self.control = control
    engines = Dictionary(uniqueKeysWithValues: control.engines.map { ($0.slug, $0) })
    var indexes: [String: [String: NotedIndex]] = [:]
    for fact in facts where fact.kind == .index {
      indexes[fact.engine ?? "", default: [:]][fact.key] = try fact.decoded(NotedIndex.self)
    }
    self.indexes = indexes
    userNames = scope.settings.userNames.merging(try facts.userNames()) { $1 }
    let warnings = scope.warnings + (try facts.compactMap { try $0.warning() })
    recorded = Set(
      warnings.map { Self.key(rule: $0.rule, engine: $0.engine, row: $0.row) })
  }

  static func key(rule: String, engine: String?, row: String?) -> String {
    "\(rule)/\(engine ?? "")/\(row ?? "")"
  }

  /// The roster that follows from the sources now. Throws `MappingError` if there is none.
  func plan(_ engine: OldEngine, _ access: OldAccess) throws(MappingError) -> RosterRows {
    try control.roster(
      of: engine, access, includesInvitations: scope.settings.includesInvitations)
  }
}
