import Databases
import Mapping
import OldModel
import PostgresLink

/// Memories that a schema pack accepts or refuses alike (M4): those with the same version of id, type of meta
/// and form of temporal.
struct MemoryKind: Hashable, Sendable {
  /// The values of one of the memories; of meta, a value of its type.
  var id: String
  var meta: String
  var temporal: String?
  /// The number of such memories by the engine's slug.
  var rows: [String: Int]

  /// The kinds of all engines' memories, in a snapshot that the caller holds. Reads every memory, and neither
  /// content nor meta leaves the server.
  static func read(
    of engines: [OldEngine], on shard: PostgresConnection
  ) async throws(PostgresError) -> [MemoryKind] {
    var kinds: [[String?]: MemoryKind] = [:]
    for batch in engines.batches(of: enginesPerStatement) {
      let query = batch.map {
        fillVariables(SQL.preflightMemoryKinds, ["slug": $0.slug, "schema": $0.schema])
      }.joined(separator: "\nunion all\n")
      let rows = try await shard.releasingLocks { shard throws(PostgresError) in
        try await shard.query(query, operation: "reading the kinds of memories")
      }
      for row in rows {
        let (id, meta) = (try row.text("id"), try row.text("meta"))
        // The version is the first digit of the third group.
        let version = id.split(separator: "-").dropFirst(2).first?.first.map(String.init)
        let key = [version, meta, row["form"]]
        var kind =
          kinds[key] ?? MemoryKind(id: id, meta: meta, temporal: row["temporal"], rows: [:])
        kind.rows[try row.text("slug"), default: 0] += Int(try row.integer("rows"))
        kinds[key] = kind
      }
    }
    return kinds.values.sorted { $0.id < $1.id }
  }
}

/// A kind of memories that the schema pack refuses, with the server's reason.
struct RefusedKind: Hashable, Sendable {
  var kind: MemoryKind
  var reason: String
}
