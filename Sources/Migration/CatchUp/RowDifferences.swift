import Foundation

/// The rows in which a copy differs from its source, by id.
struct RowDifferences: Hashable, Sendable {
  /// At the source, and not in the copy.
  var new: Set<UUID> = []
  /// On both sides, with different columns.
  var changed: Set<UUID> = []
  /// In the copy, or set aside (M4), and no longer at the source.
  var gone: Set<UUID> = []

  var isEmpty: Bool { new.isEmpty && changed.isEmpty && gone.isEmpty }
  var count: Int { new.count + changed.count + gone.count }

  /// Compares rows of both sides by their checksums.
  mutating func compare(source: [UUID: String], copy: [UUID: String]) {
    for (id, checksum) in source {
      guard let copied = copy[id] else {
        new.insert(id)
        continue
      }
      if copied != checksum { changed.insert(id) }
    }
  }
}
