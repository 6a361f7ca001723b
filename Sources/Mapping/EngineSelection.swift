/// The engines that become spaces, and the reasons why the others do not (E1–E3).
package struct EngineSelection: Hashable, Sendable {
  /// An engine that is left out, or a requested slug that is no engine.
  package struct Skipped: Hashable, Sendable {
    package var slug: String
    package var reason: Reason
  }

  /// The reason why an engine is left out.
  package enum Reason: Hashable, Sendable {
    /// E1: deleted, suspended, or of an unknown status.
    case status(String)
    /// E2: active, but the shard has no schema for it.
    case schemaMissing
    /// E3: active, but `--engines` names others.
    case notRequested
    /// E3: `--engines` names a slug that no engine has.
    case unknown

    /// The rule by which it is left out.
    package var rule: Rule {
      switch self {
      case .status: .E1
      case .schemaMissing: .E2
      case .notRequested, .unknown: .E3
      }
    }

    /// The reason as text.
    package var message: String {
      switch self {
      case .status(let status): "its status is \(status)"
      case .schemaMissing: "it is active, but the shard has no schema for it"
      case .notRequested: "it was not asked for"
      case .unknown: "it was asked for, but there is no such engine"
      }
    }
  }

  /// E1: the engines to migrate, by slug.
  package var chosen: [OldEngine]
  /// Everything that is left out, by slug. Each slug appears once.
  package var skipped: [Skipped]
  /// E2: schemas of the shard that no active engine claims, by name.
  package var schemasWithoutActiveEngine: [String]

  /// - Parameters:
  ///   - engines: every row of `accounts.engine`.
  ///   - schemas: the shard's schemas whose name begins with `me_`.
  ///   - requested: E3: the slugs of `--engines`; nil for all.
  package init(engines: [OldEngine], schemas: Set<String>, requested: Set<String>? = nil) {
    chosen = []
    skipped = []
    for engine in engines {
      if let reason = Self.reasonToSkip(engine, schemas: schemas, requested: requested) {
        skipped.append(Skipped(slug: engine.slug, reason: reason))
      } else {
        chosen.append(engine)
      }
    }
    let unknown = (requested ?? []).subtracting(engines.map(\.slug))
    skipped += unknown.map { Skipped(slug: $0, reason: .unknown) }
    chosen.sort { $0.slug < $1.slug }
    skipped.sort { $0.slug < $1.slug }
    let claimed = Set(engines.filter(\.isActive).map(\.schema))
    schemasWithoutActiveEngine = schemas.subtracting(claimed).sorted()
  }

  private static func reasonToSkip(
    _ engine: OldEngine, schemas: Set<String>, requested: Set<String>?
  ) -> Reason? {
    if !engine.isActive { return .status(engine.status) }
    if let requested, !requested.contains(engine.slug) { return .notRequested }
    return schemas.contains(engine.schema) ? nil : .schemaMissing
  }
}

extension OldEngine {
  fileprivate var isActive: Bool { status == "active" }
}
