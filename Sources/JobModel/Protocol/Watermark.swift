/// How far a copy of an engine's memories follows its source: every row that the source held before is
/// copied as it was then. The mark of a chunk or of a catch-up keeps it.
package struct Watermark: Codable, Hashable, Sendable {
  /// The oldest transaction that was running in the snapshot (`pg_snapshot_xmin`, 64 bits). A row that the
  /// snapshot did not see was written by this transaction or a later one.
  package var seen: Int64
  /// The source's system identifier, database, timeline and server start. In another life, what was committed
  /// may be gone, and nothing about transactions holds.
  package var life: String
  /// A digest of the table's oid and of its migrated columns. With another shape, rows may hold other values
  /// although no transaction wrote them.
  package var shape: String

  package init(seen: Int64, life: String, shape: String) {
    self.seen = seen
    self.life = life
    self.shape = shape
  }

  /// The text that a mark keeps.
  package var text: String { encodeJSON(self) }

  /// Reads a mark's text; nil where the mark is of a release that kept something else.
  package init?(text: String?) {
    guard let text, let read = try? decodeJSON(Self.self, text) else { return nil }
    self = read
  }
}

/// The copy of an engine's memories in the target, by the marks of its chunks and of its last catch-up.
package struct EngineCopy: Hashable, Sendable {
  /// Rows that the space holds.
  package var rows: Int
  /// Rows set aside (M4).
  package var rejected: Int
  /// Nil where nothing is known: the marks are of an earlier release, or of different lives of the source.
  package var watermark: Watermark?
  /// The generation of the engine's jobs.
  package var generation: Int

  package init(rows: Int, rejected: Int, watermark: Watermark?, generation: Int) {
    self.rows = rows
    self.rejected = rejected
    self.watermark = watermark
    self.generation = generation
  }
}
