import Databases
import JobModel
import Mapping
import PostgresLink

/// Where each column of the old `memory` goes (M1), checked against both catalogs once per engine:
/// binary rows are piped unchanged, so the types must be the same.
package struct MemoryColumns: Codable, Hashable, Sendable {
  /// The target's name for `embedding_version`; older packs keep it.
  package var version: String

  /// Old names, in the order in which they are copied.
  package static let source = [
    "id", "meta", "tree", "temporal", "content", "embedding", "embedding_version", "created_at",
    "updated_at",
  ]

  /// Columns of the old table that are left behind on purpose (M1).
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

  /// Throws when a column is missing or of another type at either end, and when the source has one that
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
          hint: "The source must be of the schema that this tool reads, and the schema pack of a "
            + "release that it knows.")
      }
      guard old.type == new.type, old.modifier == new.modifier else {
        throw JobFailure(
          fate: .failEngine,
          message: "column \(name) is \(old.type)(\(old.modifier)) at the source and "
            + "\(new.type)(\(new.modifier)) in the target",
          hint: "Rows are copied in binary form; both sides must have the same type.")
      }
    }
  }
}
