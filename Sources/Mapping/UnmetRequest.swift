/// E3: requested engines that cannot be migrated. A run leaves them out only if it was told to, because its
/// settings cannot be changed afterwards.
package struct UnmetRequest: Error, Hashable, Sendable {
  /// The engines and the reasons, by slug.
  package var engines: [EngineSelection.Skipped]

  package var message: String {
    "engines asked for cannot be migrated: "
      + engines.map { "\($0.slug): \($0.reason.message)" }.joined(separator: "; ")
  }

  /// An instruction.
  package var hint: String {
    engines.contains { $0.reason == .unknown }
      ? "Correct the slugs: `orchestrator plan` without --engines lists them all."
      : "Leave them out of --engines, or pass --allow-skipped to migrate the others."
  }
}

extension EngineSelection {
  /// Throws if a requested engine cannot be migrated. `allowsSkipped` accepts engines that are not active or
  /// have no schema; a slug that belongs to no engine is always refused.
  package func requireMet(
    _ requested: [String]?, allowsSkipped: Bool
  ) throws(UnmetRequest) {
    let asked = Set(requested ?? [])
    let unmet = skipped.filter {
      asked.contains($0.slug) && (!allowsSkipped || $0.reason == .unknown)
    }
    guard unmet.isEmpty else { throw UnmetRequest(engines: unmet) }
  }
}
