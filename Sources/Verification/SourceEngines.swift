import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord

/// The sources' data of several engines.
struct SourceEngines: Sendable {
  struct Counts: Sendable {
    /// All rows, including rejected ones.
    var rows: Int
    /// Rows without an embedding, except rejected ones (M4).
    var unembedded: Int
  }

  /// By schema.
  var access: [String: OldAccess]
  /// By slug; empty if not requested.
  var rules: [String: OldRule] = [:]
  /// By slug.
  var counts: [String: Counts]

  /// Reads engines whose schemas exist, in one snapshot.
  ///
  /// - Parameter isDeep: reads `rules`.
  init(
    _ engines: [VerifyScope.Engine], isDeep: Bool, shard: PostgresConnection
  ) async throws(PostgresError) {
    let queries = engines.map { engine in
      let rejected = engine.rejected.map(\.text).joined(separator: ",")
      return fillVariables(
        SQL.sourceMemories,
        ["slug": engine.slug, "schema": engine.schema, "left_out": "{\(rejected)}"])
    }
    let rules = (isDeep ? engines : []).map {
      fillVariables(SQL.oldRule, ["schema": $0.schema])
    }
    let (access, rights, rows) = try await shard.inReadOnlySnapshot { shard throws(PostgresError) in
      (
        try await ShardReader(connection: shard).access(of: engines.map(\.schema)),
        rules.isEmpty
          ? []
          : try await shard.script(
            rules.joined(separator: ";\n"), operation: "computing the rights of the engines' users"),
        queries.isEmpty
          ? []
          : try await shard.query(
            queries.joined(separator: "union all\n"), operation: "counting the engines' memories")
      )
    }
    self.access = access
    for (engine, rows) in zip(engines, rights) { self.rules[engine.slug] = try OldRule(rows) }
    counts = [:]
    for row in rows {
      counts[try row.text("slug")] = Counts(
        rows: Int(try row.integer("rows")), unembedded: Int(try row.integer("unembedded")))
    }
  }
}
