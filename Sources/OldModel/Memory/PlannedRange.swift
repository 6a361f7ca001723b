import Databases
import Foundation
import JobModel
import Mapping
import PostgresLink

/// A range of an engine's memories, planned from the source. A chunk copies it.
package struct PlannedRange: Hashable, Sendable {
  package var range: IDRange
  package var rows: Int
  /// Bytes on the wire.
  package var bytes: Int
}

extension MeasuredEngine {
  /// Cuts the engine's ids into ranges of about `chunkBytes` on the wire, in one round trip; within a
  /// snapshot that the caller holds.
  ///
  /// The first range has no lower bound and the last one no upper bound, so together they hold every id. An
  /// empty engine has one range, too.
  package func plannedRanges(
    chunkBytes: Int, on shard: PostgresConnection
  ) async throws(PostgresError) -> [PlannedRange] {
    let rows = try await shard.query(
      fillVariables(
        SQL.memoryChunkRanges,
        ["schema": schema, "embedding_bytes": String(embeddingBytes)],
        fragments: ["row_bytes": SQL.memoryRowBytes]),
      [.integer(Int64(chunkBytes))], operation: "planning \(slug)")
    var ranges: [PlannedRange] = []
    var lo: UUID?
    for (number, row) in rows.enumerated() {
      let hi = number == rows.count - 1 ? nil : try row.uuid("hi")
      ranges.append(
        PlannedRange(
          range: IDRange(lo: lo, hi: hi), rows: Int(try row.integer("rows")),
          bytes: Int(try row.integer("bytes"))))
      lo = hi
    }
    return ranges.isEmpty ? [PlannedRange(range: .all, rows: 0, bytes: 0)] : ranges
  }
}
