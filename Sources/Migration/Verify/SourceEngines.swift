import Foundation
import Mapping
import PostgresLink

/// What the sources hold of several engines.
struct SourceEngines: Sendable {
  struct Counts: Sendable {
    var rows: Int
    var unembedded: Int
  }

  /// By schema.
  var access: [String: OldAccess]
  /// By slug.
  var counts: [String: Counts]

  /// Reads engines whose schemas are there, in one snapshot.
  init(_ slugs: [String], shard: PostgresConnection) async throws(PostgresError) {
    let queries = slugs.map {
      fillVariables(SQL.verifySourceMemories, ["slug": $0, "schema": "me_\($0)"])
    }
    let (access, rows) = try await shard.inSourceSnapshot { shard throws(PostgresError) in
      (
        try await ShardReader(connection: shard).access(of: slugs.map { "me_\($0)" }),
        queries.isEmpty
          ? []
          : try await shard.query(
            queries.joined(separator: "union all\n"), operation: "counting the engines' memories")
      )
    }
    self.access = access
    counts = [:]
    for row in rows {
      counts[try row.text("slug")] = Counts(
        rows: Int(try row.integer("rows")), unembedded: Int(try row.integer("unembedded")))
    }
  }
}
