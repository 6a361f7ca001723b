import Databases
import JobModel
import Mapping
import PostgresLink

/// The target's column for each column of the old `memory` (M1), checked against both catalogs once per
/// engine. Binary rows pass unchanged, so the types must be the same.
package struct MemoryColumns: Codable, Hashable, Sendable {
  /// The target's name for `embedding_version`; older packs keep it.
  package var version: String

  /// Old names, in the order in which they are copied.
  package static let source = [
    "id", "meta", "tree", "temporal", "content", "embedding", "embedding_version", "created_at",
    "updated_at",
  ]

  /// Columns of the old table that are dropped on purpose (M1).
  package static let dropped = [
    "created_by", "embedding_attempts", "embedding_last_error",
  ]

  /// The target's names, in the same order: an older release of the app keeps `embedding_version`.
  package static func names(in target: [String: CatalogColumn]) -> [String] {
    source.map { $0 == "embedding_version" ? versionName(in: target) : $0 }
  }

  private static func versionName(in target: [String: CatalogColumn]) -> String {
    versionName(among: Set(target.keys))
  }

  /// The name that a table of the target has for the source's `embedding_version`.
  package static func versionName(among columns: Set<String>) -> String {
    columns.contains("content_version") ? "content_version" : "embedding_version"
  }

  /// Throws if a column is missing or has another type on either side, or if the source has a column that
  /// would be lost.
  package init(source: [String: CatalogColumn], target: [String: CatalogColumn]) throws(JobFailure)
  {
    let unknown = Set(source.keys).subtracting(Self.source).subtracting(Self.dropped).sorted()
    guard unknown.isEmpty else {
      throw JobFailure(
        fate: .failEngine,
        message: "the source's memory has columns that would be lost: "
          + unknown.joined(separator: ", "),
        hint: "Use a release of orchestrator that knows this release of the app.")
    }
    version = Self.versionName(in: target)
    for name in Self.source {
      let targetName = name == "embedding_version" ? version : name
      guard let old = source[name], let new = target[targetName] else {
        let place = source[name] == nil ? "the source's memory" : "the space's memory"
        throw JobFailure(
          fate: .failEngine, message: "\(place) has no column \(name)",
          hint: "Use a source with the schema that this tool reads, and a schema pack of a release "
            + "that it knows.")
      }
      guard old.type == new.type, old.modifier == new.modifier else {
        throw JobFailure(
          fate: .failEngine,
          message: "column \(name) is \(old.type)(\(old.modifier)) at the source and "
            + "\(new.type)(\(new.modifier)) in the target",
          hint: "Use a schema pack with the same type: rows are copied in binary form.")
      }
    }
  }
}
