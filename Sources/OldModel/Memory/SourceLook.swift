import Databases
import JobModel
import Mapping
import PostgresLink

/// What one look at the source tells of an engine's memories.
package struct SourceLook: Hashable, Sendable {
  package var rows: Int
  /// Rows that may have been written since the watermark; all of them without one.
  package var candidates: Int
  package var state: SourceState

  package init(rows: Int, candidates: Int, state: SourceState) {
    self.rows = rows
    self.candidates = candidates
    self.state = state
  }

  /// Looks at several engines in one snapshot, in one round trip; by slug.
  ///
  /// - Parameter engines: engines whose tables can be read, each with the watermark of its copy; 100 at most.
  package static func take(
    _ engines: [(engine: MeasuredEngine, seen: Watermark?)], on shard: PostgresConnection
  ) async throws(PostgresError) -> [String: SourceLook] {
    guard !engines.isEmpty else { return [:] }
    let counts = engines.map { engine, seen in
      fillVariables(
        SQL.memoryLook,
        ["slug": engine.slug, "schema": engine.schema, "seen": seen.map { String($0.seen) }])
    }.joined(separator: "\nunion all\n")
    let answers = try await shard.snapshotScript(
      [SourceState.statement(of: engines.map(\.engine.schema)), counts],
      operation: "looking for changes")
    var states: [String: SourceState] = [:]
    for row in answers[0] { states[try row.text("schema")] = try SourceState(row) }
    var looks: [String: SourceLook] = [:]
    for row in answers[1] {
      let slug = try row.text("slug")
      guard let engine = engines.first(where: { $0.engine.slug == slug }),
        let state = states[engine.engine.schema]
      else { continue }
      looks[slug] = SourceLook(
        rows: Int(try row.integer("rows")),
        candidates: Int(try row.integer("candidates")), state: state)
    }
    return looks
  }
}
