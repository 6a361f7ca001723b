import Databases
import Foundation
import JobModel
import Mapping
import OldModel
import PostgresLink
import RunRecord
import Scheduling

/// Finds memories whose words do not fit into a tsvector. With `--text-search gin`, the index of their engine
/// could not be built (54000), which would show only after the copy.
///
/// The server tries by its own `to_tsvector`; neither content nor words leave it. Two round trips for a
/// batch of engines, and a few more for each memory that is found.
struct OverlongContents {
  /// Runs in a snapshot that the caller holds.
  let shard: PostgresConnection

  private struct Candidate {
    var engine: OldEngine
    var id: UUID
  }

  /// The number of large contents in one statement: seconds of work for the server.
  private static let candidatesPerStatement = 50

  private static let undo = "rollback to savepoint words; release savepoint words"

  /// The memories by slug, in the order of their ids. Engines without any are left out.
  func find(in engines: [OldEngine]) async throws(PostgresError) -> [String: [UUID]] {
    var found: [Candidate] = []
    for batch in try await candidates(in: engines).batches(of: Self.candidatesPerStatement) {
      found += try await overlong(batch)
    }
    return Dictionary(grouping: found, by: \.engine.slug).mapValues { $0.map(\.id) }
  }

  private func candidates(in engines: [OldEngine]) async throws(PostgresError) -> [Candidate] {
    guard !engines.isEmpty else { return [] }
    let query = engines.map {
      fillVariables(SQL.surveyLargeContents, ["slug": $0.slug, "schema": $0.schema])
    }.joined(separator: "\nunion all\n")
    let bySlug = Dictionary(uniqueKeysWithValues: engines.map { ($0.slug, $0) })
    var candidates: [Candidate] = []
    for row in try await shard.query(query, operation: "searching for large contents") {
      guard let engine = bySlug[try row.text("slug")] else { continue }
      candidates.append(Candidate(engine: engine, id: try row.uuid("id")))
    }
    return candidates.sorted { ($0.engine.slug, $0.id) < ($1.engine.slug, $1.id) }
  }

  /// Tries all of them together, and by halves if that fails.
  private func overlong(_ candidates: [Candidate]) async throws(PostgresError) -> [Candidate] {
    if try await fit(candidates) { return [] }
    guard candidates.count > 1 else { return candidates }
    let middle = candidates.count / 2
    return try await overlong(Array(candidates[..<middle]))
      + overlong(Array(candidates[middle...]))
  }

  private func fit(_ candidates: [Candidate]) async throws(PostgresError) -> Bool {
    let queries = Dictionary(grouping: candidates, by: \.engine).map { engine, candidates in
      let ids = candidates.map(\.id.uuidString).joined(separator: ",")
      return fillVariables(
        SQL.surveyWordsFit,
        ["schema": engine.schema, "language": engine.language, "ids": "{\(ids)}"])
    }
    do throws(PostgresError) {
      // The server skips words that are too long for a lexeme, with a notice for each.
      try await shard.script(
        """
        savepoint words;
        set local client_min_messages = warning;
        \(queries.joined(separator: "\nunion all\n"));
        \(Self.undo)
        """, operation: "trying large contents")
      return true
    } catch {
      guard error.code == .programLimitExceeded else { throw error }
      try await shard.script(Self.undo)
      return false
    }
  }
}
